/**
 * A connection of its own that is told of new entries of the feed (LISTEN), and made again when lost.
 */

import { before } from './deadline.ts'
import type { PostgresClient } from './pool.ts'

export interface Listener {
  isListening(): boolean
  stop(): void
}

export const noListener: Listener = Object.freeze({ isListening: () => false, stop: () => {} })

const againMilliseconds = { first: 100, most: 1000 }
const deadlineMilliseconds = 2000

/** @param connect opens a connection; one through PgBouncer in transaction mode hears nothing. */
export function listenOn(
  connect: () => Promise<PostgresClient>,
  channel: string,
  wake: () => void,
): Listener {
  let stopped = false
  /** Lets the connection go that listens now. */
  let leave: (() => void) | undefined
  let timer: NodeJS.Timeout | undefined
  let pause = againMilliseconds.first

  async function open(): Promise<void> {
    let lost: (() => void) | undefined
    try {
      const client = await connect()
      // An error is followed by an end, and a connection is given back once.
      lost = once(() => {
        leave = undefined
        client.removeListener('notification', wake)
        client.release(true)
        again()
      })
      if (stopped) return lost()
      client.on('error', lost)
      client.on('end', lost)
      client.on('notification', wake)
      const until = performance.now() + deadlineMilliseconds
      await before(until, client.query({ text: `LISTEN ${channel}`, values: [] }))
      if (stopped) return lost()
      leave = lost
      pause = againMilliseconds.first
      // What was committed while nobody listened.
      wake()
    } catch {
      if (lost === undefined) again()
      else lost()
    }
  }

  function again(): void {
    if (stopped) return
    timer = setTimeout(() => void open(), pause)
    timer.unref()
    pause = Math.min(pause * 2, againMilliseconds.most)
  }

  void open()
  return {
    isListening: () => leave !== undefined,
    stop() {
      stopped = true
      clearTimeout(timer)
      leave?.()
    },
  }
}

function once(callback: () => void): () => void {
  let called = false
  return () => {
    if (called) return
    called = true
    callback()
  }
}
