/**
 * A deadline for every command, by one timer for all of them.
 *
 * A command that was written does not reject while the server is frozen, whatever the client's
 * options; here its caller is let go. Its late reply is dropped, so it never reaches anybody else.
 *
 * A server that goes on answering others gets up to three times as long: of a thousand commands at
 * once the last has its turn late. And only time in which this process could have read a reply
 * counts: one that was busy must not take a server that answered at once for one that is gone.
 */

export interface Deadlines {
  /** Settles as `running` does, or rejects after the deadline with `DeadlinePassed`. */
  within<Result>(running: Promise<Result>): Promise<Result>
  /** How many are under way, given up or not. */
  underWay(): number
}

interface Waiting {
  readonly from: number
  readonly giveUp: () => void
}

const noticeableMilliseconds = 5
const mostDeadlines = 3

class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed'
}

export function createDeadlines(milliseconds: number): Deadlines {
  // All have the same deadline, so the first to come is the first to go. What has settled leaves at
  // once: kept until the next sweep, it would outlive the collector's young generation.
  const queue = new Set<Waiting>()
  let timer: NodeJS.Timeout | undefined
  let open = 0
  /**
   * Milliseconds by which timers came late, since this process was doing something else, and a
   * moment each time to send and read what had to wait.
   */
  let busy = 0

  /** When the server was last heard of, in free time. */
  let heardAt = Number.NEGATIVE_INFINITY

  const freeTime = (): number => performance.now() - busy

  const endOf = ({ from }: Waiting): number =>
    Math.min(Math.max(from, heardAt) + milliseconds, from + mostDeadlines * milliseconds)

  function arm(): void {
    if (timer !== undefined) return
    const [first] = queue
    if (first === undefined) return
    const rest = Math.max(1, endOf(first) - freeTime())
    const expectedAt = performance.now() + rest
    timer = setTimeout(() => {
      const late = performance.now() - expectedAt
      if (late > noticeableMilliseconds) busy += late + milliseconds / 5
      // First it reads what has come: after a long task timers come before replies.
      setImmediate(sweep)
    }, rest)
    timer.unref()
  }

  function sweep(): void {
    timer = undefined
    const now = freeTime()
    for (const waiting of [...queue]) {
      if (endOf(waiting) > now) continue
      queue.delete(waiting)
      waiting.giveUp()
    }
    arm()
  }

  return Object.freeze<Deadlines>({
    underWay: () => open,
    within: (running) =>
      new Promise((resolve, reject) => {
        open += 1
        const waiting: Waiting = {
          from: freeTime(),
          giveUp: () => reject(new DeadlinePassed(`no reply within ${milliseconds} ms`)),
        }
        queue.add(waiting)
        arm()
        const settle = (): void => {
          open -= 1
          queue.delete(waiting)
          heardAt = freeTime()
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
