/**
 * A change stream that only wakes, opened again when it breaks.
 */

import { type ChangeStream, type Collection, replyCode } from './client.ts'

export interface Changes {
  /** False while there is no stream, so that one has to look by oneself. */
  isWatching(): boolean
  close(): void
}

const reopenMilliseconds = 1000
/** A standalone server has none; it may have become a replica set. */
const askAgainMilliseconds = 60_000

export function watchChanges(collection: Collection<unknown>, wake: () => void): Changes {
  let stream: ChangeStream | undefined
  let timer: NodeJS.Timeout | undefined
  let watching = false
  let closed = false

  function open(): void {
    let opened: ChangeStream
    try {
      opened = collection.watch([], { maxAwaitTimeMS: 1000 })
    } catch {
      // The client was closed; whoever owns it may connect it again.
      openLater(reopenMilliseconds)
      return
    }
    stream = opened
    const works = (): void => {
      if (stream === opened) watching = true
    }
    opened.on('init', works)
    opened.on('resumeTokenChanged', works)
    opened.on('change', () => {
      works()
      wake()
    })
    opened.on('error', (error) => broken(opened, error))
    opened.on('close', () => broken(opened, undefined))
  }

  function broken(which: ChangeStream, error: unknown): void {
    if (stream !== which || closed) return
    stream = undefined
    watching = false
    wake()
    which.close().catch(() => {})
    const isRefused = replyCode(error) !== undefined
    openLater(isRefused ? askAgainMilliseconds : reopenMilliseconds)
  }

  function openLater(milliseconds: number): void {
    timer = setTimeout(open, milliseconds)
    timer.unref()
  }

  open()
  return Object.freeze<Changes>({
    isWatching: () => watching,
    close() {
      closed = true
      watching = false
      clearTimeout(timer)
      stream?.close().catch(() => {})
    },
  })
}
