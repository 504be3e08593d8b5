/**
 * Connections on their way to a worker: closed when it dies before it has them.
 *
 * `node:cluster` keeps such a connection open for ever, and its client waits for ever. It hands
 * connections over by the `send` of the worker's process and closes its own handle when the worker has
 * said that it has one; both are watched here.
 */

import type { Worker } from 'node:cluster'

interface Handle {
  close(...rest: unknown[]): void
}

type Send = (message: unknown, handle?: unknown, ...rest: unknown[]) => boolean

/**
 * @returns a function that watches over what is handed to a worker, and returns one that ends the
 * watch: for a worker that takes nothing more, and gives back what still comes. What it has given back
 * may wait for another when it ends.
 */
export function watchHandedOver(): (worker: Worker) => () => void {
  const onTheWay = new Map<Handle, Worker>()

  function note(handle: Handle, worker: Worker): void {
    // One that a worker did not take goes to another.
    if (!onTheWay.has(handle)) {
      const { close } = handle
      handle.close = (...rest) => {
        onTheWay.delete(handle)
        close.apply(handle, rest)
      }
    }
    onTheWay.set(handle, worker)
  }

  return (worker) => {
    const child = worker.process as { send: Send }
    const send = child.send.bind(child)
    child.send = (message, handle, ...rest) => {
      if (isHandle(handle)) note(handle, worker)
      return send(message, handle, ...rest)
    }
    const handlesOf = () => [...onTheWay].filter(([, to]) => to === worker).map(([one]) => one)
    worker.once('exit', () => {
      for (const handle of handlesOf()) handle.close()
    })
    return () => {
      for (const handle of handlesOf()) onTheWay.delete(handle)
    }
  }
}

const isHandle = (value: unknown): value is Handle =>
  typeof value === 'object' &&
  value !== null &&
  'close' in value &&
  typeof value.close === 'function'
