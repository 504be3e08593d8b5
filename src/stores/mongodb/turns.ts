/**
 * Runs what concerns one key one after another, within this process.
 */

type Turns = <Result>(key: string, run: () => Promise<Result>) => Promise<Result>

export function inTurn(): Turns {
  const last = new Map<string, Promise<unknown>>()
  return (key, run) => {
    const before = last.get(key)
    const running = before === undefined ? run() : before.then(run)
    // Whoever comes next waits for the end, not for success.
    const ended = running.then(
      () => {},
      () => {},
    )
    last.set(key, ended)
    void ended.then(() => {
      if (last.get(key) === ended) last.delete(key)
    })
    return running
  }
}
