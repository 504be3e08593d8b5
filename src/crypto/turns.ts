/**
 * Lets those who wait go on a few at a time, and the event loop do all else in between.
 *
 * What comes for many at once, such as the refusals of a flood, then holds up nobody for longer than a
 * few of them take.
 */

/** @returns a promise that resolves in a later turn of the event loop, first come, first served. */
export type NextTurn = () => Promise<void>

/** @param perTurn how many go on in one turn; 1 or more. */
export function createTurns(perTurn: number): NextTurn {
  let waiting: (() => void)[] = []
  const serve = (): void => {
    const next = waiting.slice(0, perTurn)
    waiting = waiting.slice(perTurn)
    if (waiting.length > 0) setImmediate(serve)
    for (const go of next) go()
  }
  return () =>
    new Promise((resolve) => {
      if (waiting.push(resolve) === 1) setImmediate(serve)
    })
}
