/**
 * A deadline for every command, by one timer for all of them.
 *
 * A command that was written does not reject while the server is frozen, whatever the client's
 * options; here its caller is let go. Its late reply is dropped, so it never reaches anybody else.
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

class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed'
}

export function createDeadlines(milliseconds: number): Deadlines {
  // All have the same deadline, so the first to come is the first to go.
  let queue: Waiting[] = []
  let timer: NodeJS.Timeout | undefined
  let open = 0

  function arm(): void {
    const first = queue[0]
    if (first === undefined || timer !== undefined) return
    timer = setTimeout(sweep, Math.max(1, first.until - performance.now()))
    timer.unref()
  }

  function sweep(): void {
    timer = undefined
    const now = performance.now()
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
          until: performance.now() + milliseconds,
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
