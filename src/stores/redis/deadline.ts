/**
 * A deadline for every command, by one timer for all of them.
 *
 * A command that was written does not reject while the server is frozen, whatever the client's
 * options; here its caller is let go. Its late reply is dropped, so it never reaches anybody else.
 *
 * Only time in which this process could have read a reply counts: a process that was busy or starved
 * must not take a server that answered at once for one that is gone.
 */

export interface Deadlines {
  /** Settles as `running` does, or rejects after the deadline. */
  within<Result>(running: Promise<Result>): Promise<Result>
  /** How many are under way, given up or not. */
  underWay(): number
}

interface Waiting {
  readonly until: number
  settled: boolean
  readonly giveUp: () => void
}

export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed'
}

export function createDeadlines(milliseconds: number): Deadlines {
  // All have the same deadline, so the first to come is the first to go.
  let queue: Waiting[] = []
  let timer: NodeJS.Timeout | undefined
  let open = 0
  /** Milliseconds by which timers came late: this process was doing something else. */
  let busy = 0

  const freeTime = (): number => performance.now() - busy

  function arm(): void {
    const first = queue[0]
    if (first === undefined || timer !== undefined) return
    const rest = Math.max(1, first.until - freeTime())
    const expectedAt = performance.now() + rest
    timer = setTimeout(() => {
      busy += Math.min(milliseconds, Math.max(0, performance.now() - expectedAt))
      // First it reads what has come: after a long task timers come before replies.
      setImmediate(sweep)
    }, rest)
    timer.unref()
  }

  function sweep(): void {
    timer = undefined
    const now = freeTime()
    const late = queue.filter((waiting) => !waiting.settled && waiting.until <= now)
    queue = queue.filter((waiting) => !waiting.settled && waiting.until > now)
    for (const waiting of late) waiting.giveUp()
    arm()
  }

  return Object.freeze<Deadlines>({
    underWay: () => open,
    within: (running) =>
      new Promise((resolve, reject) => {
        open += 1
        const waiting: Waiting = {
          until: freeTime() + milliseconds,
          settled: false,
          giveUp: () => reject(new DeadlinePassed(`no reply within ${milliseconds} ms`)),
        }
        queue.push(waiting)
        arm()
        const settle = (): void => {
          open -= 1
          waiting.settled = true
        }
        running.then(
          (value) => {
            settle()
            resolve(value)
          },
          (error) => {
            settle()
            reject(error)
          },
        )
      }),
  })
}
