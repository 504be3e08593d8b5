/** Work for queues. */

/** One turn of the event loop. */
export const turn = () => new Promise((resolve) => setImmediate(resolve))

/** Some turns of the event loop: what is to begin has begun. */
export async function settle() {
  for (let turns = 0; turns < 5; turns += 1) await turn()
}

/** Tasks that begin when they are let, and end when they are told to. */
export function createTasks() {
  const started: number[] = []
  const ends = new Map<number, Promise<number>>()
  const settlers = new Map<number, (error?: Error) => void>()
  const endOf = (id: number): Promise<number> => {
    const known = ends.get(id)
    if (known !== undefined) return known
    const end = new Promise<number>((resolve, reject) => {
      settlers.set(id, (error) => (error ? reject(error) : resolve(id)))
    })
    ends.set(id, end)
    return end
  }
  return {
    started,
    task: (id: number) => () => {
      started.push(id)
      return endOf(id)
    },
    /** One that has not begun will be at its end at once. */
    finish(id: number, error?: Error) {
      endOf(id).catch(() => undefined)
      settlers.get(id)?.(error)
    },
  }
}
