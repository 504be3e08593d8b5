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
  let current: PostgresClient | undefined
  let timer: NodeJS.Timeout | undefined
  let pause = againMilliseconds.first

  async function open(): Promise<void> {
    let client: PostgresClient | undefined
    try {
      client = await connect()
      if (stopped) return client.release(true)
      const opened = client
      const lost = (): void => {
        if (current === opened) current = undefined
        opened.removeListener('notification', wake)
        opened.release(true)
        again()
      }
      const onceLost = once(lost)
      opened.on('error', onceLost)
      opened.on('end', onceLost)
      opened.on('notification', wake)
      const until = performance.now() + deadlineMilliseconds
      try {
        await before(until, opened.query({ text: `LISTEN ${channel}`, values: [] }))
      } catch {
        return onceLost()
      }
      if (stopped) return onceLost()
      current = opened
      pause = againMilliseconds.first
      // What was committed while nobody listened.
      wake()
    } catch {
      again()
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
    isListening: () => current !== undefined,
    stop() {
      stopped = true
      clearTimeout(timer)
      const client = current
      current = undefined
      client?.release(true)
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
