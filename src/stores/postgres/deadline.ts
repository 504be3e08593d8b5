/**
 * Waiting for something no longer than until a moment.
 */

class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed'
}

/**
 * Settles as `running` does, or rejects at `until` (of `performance.now()`).
 *
 * @param late receives a value that comes after that.
 */
export function before<Result>(
  until: number,
  running: Promise<Result>,
  late: (value: Result) => void = () => {},
): Promise<Result> {
  return new Promise((resolve, reject) => {
    let isLate = false
    const giveUp = (): void => {
      isLate = true
      reject(new DeadlinePassed('PostgreSQL did not answer in time'))
    }
    const timer = setTimeout(giveUp, Math.max(1, until - performance.now()))
    running.then(
      (value) => {
        clearTimeout(timer)
        if (isLate) late(value)
        else resolve(value)
      },
      (error) => {
        clearTimeout(timer)
        reject(error)
      },
    )
  })
}
