/** Work for queues. */

import { setImmediate as nextTurn } from 'node:timers/promises'

/** Some turns of the event loop: what is to begin has begun. */
export async function settle() {
  for (let turns = 0; turns < 5; turns += 1) await nextTurn()
}

/** Tasks that begin when they are let, and end when they are told to. */
export function createTasks() {
  const started: number[] = []
  const tasks = new Map<number, ReturnType<typeof createEnd>>()
  const endOf = (id: number) => {
    const known = tasks.get(id) ?? createEnd(id)
    tasks.set(id, known)
    return known
  }
  return {
    started,
    task: (id: number) => () => {
      started.push(id)
      return endOf(id).reached
    },
    /** One that has not begun will be at its end at once. */
    finish: (id: number, error?: Error) => endOf(id).reach(error),
  }
}

function createEnd(id: number) {
  let reach = (_error?: Error): void => undefined
  const reached = new Promise<number>((resolve, reject) => {
    reach = (error) => (error ? reject(error) : resolve(id))
  })
  // Whoever runs the task hears of it, be it later.
  reached.catch(() => undefined)
  return { reached, reach }
}
