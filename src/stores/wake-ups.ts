/**
 * Waiting that ends by a call, by an abort signal or after a time, whichever is first.
 */

type WakeReason = 'woken' | 'timed_out' | 'stopped'

interface WakeUps {
  /** Changes with every wake-up; read it before looking at what may change. */
  count(): number
  /** Returns at once when the count is no longer `since`. Never rejects, keeps no process alive. */
  wait(since: number, milliseconds: number, signal: AbortSignal): Promise<WakeReason>
  wake(): void
  /** Ends every present and later wait. */
  stop(): void
}

export function wakeUps(): WakeUps {
  const waiting = new Set<(reason: WakeReason) => void>()
  let stopped = false
  let count = 0

  const wakeAll = (reason: WakeReason): void => {
    for (const finish of [...waiting]) finish(reason)
  }

  return {
    count: () => count,
    wait: (since, milliseconds, signal) =>
      new Promise((resolve) => {
        if (stopped || signal.aborted) return resolve('stopped')
        if (count !== since) return resolve('woken')
        const finish = (reason: WakeReason): void => {
          waiting.delete(finish)
          clearTimeout(timer)
          signal.removeEventListener('abort', abort)
          resolve(reason)
        }
        const abort = () => finish('stopped')
        const timer = setTimeout(() => finish('timed_out'), milliseconds)
        timer.unref()
        signal.addEventListener('abort', abort, { once: true })
        waiting.add(finish)
      }),
    wake() {
      count += 1
      wakeAll('woken')
    },
    stop() {
      stopped = true
      wakeAll('stopped')
    },
  }
}
