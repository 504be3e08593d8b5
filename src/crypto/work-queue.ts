/**
 * A bounded pool for costly work: so many at work, so many waiting, the rest is refused at once.
 *
 * Knows nothing of what the work is. Source: OWASP ASVS 5.0 15.2.2 (resource-demanding functions
 * must not take the service down), SECURITY.md §3 "global hash queue".
 */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { AuthError } from '../errors.ts'
import { inOneTurn } from '../in-one-turn.ts'

export interface WorkQueueOptions {
  /** How many tasks run at the same time; 1 or more. */
  readonly concurrency: number
  /** How many may wait for their turn, or do what comes before; 0 or more. */
  readonly queueLimit: number
}

export interface WorkQueue {
  /**
   * Runs a task, first come, first served, once those in line to be refused have been told. Settles as
   * the task does.
   *
   * @throws AuthError `temporarily_unavailable` — too many are waiting; the task was not started.
   * Several callers get the same error.
   */
  run: RunTask
  /**
   * Keeps a place while the work runs, for the tasks that it runs one after another: none of them is
   * refused, and what else the work does is done for no more than there are places.
   *
   * @throws AuthError `temporarily_unavailable` — all places are taken; the work was not begun.
   */
  inPlace<T>(work: (run: RunTask) => Promise<T>): Promise<T>
  /**
   * Asks whether there is a place, and takes none. Those who ask in vain are told so a few in every
   * turn of the event loop, so that refusing a flood holds up nobody else.
   *
   * @returns undefined where there is one, else the refusal: `temporarily_unavailable`.
   */
  refusal(): undefined | Promise<AuthError | undefined>
}

export type RunTask = <T>(task: () => Promise<T>) => Promise<T>

/** A refusal takes some 0.1 ms with the answer; nobody else waits for more than so many. */
const refusedPerTurn = 8

/**
 * So many turns the next task waits at most for those who are being refused, who then have the cores
 * for themselves: some 50 ms of a flood. Without an end, refusing without an end would stop all work.
 */
const mostTurnsToRefuse = 64

/** Whoever is refused comes again after 1 to 3 seconds, so that not all come at once again. */
const retryAfterSeconds = [1, 2, 3]

export function createWorkQueue({ concurrency, queueLimit }: WorkQueueOptions): WorkQueue {
  const waiting: (() => void)[] = []
  const inTurn = inOneTurn<() => void>(refusedPerTurn, (all) => {
    for (const tell of all) tell()
  })
  let atWork = 0
  let taken = 0
  let refusing = 0
  // Made once: in a flood the traces of hundreds of errors a second are a tenth of what refusing costs.
  const refusals = retryAfterSeconds.map(
    (seconds) => new AuthError('temporarily_unavailable', { retryAfterSeconds: seconds }),
  )

  const refusalNow = (): AuthError | undefined => {
    if (taken < concurrency + queueLimit) return undefined
    return refusals[Math.floor(Math.random() * refusals.length)]
  }

  const turn = (): Promise<void> | undefined => {
    if (atWork >= concurrency) return new Promise((resolve) => waiting.push(resolve))
    atWork += 1
    return undefined
  }

  async function letRefusalsPass(): Promise<void> {
    for (let turns = 0; refusing > 0 && turns < mostTurnsToRefuse; turns += 1) await nextTurn()
  }

  // It goes straight to the next in line, so a newcomer cannot slip in between.
  const passTurn = (): void => {
    const next = waiting.shift()
    if (next === undefined) atWork -= 1
    else next()
  }

  const runInPlace: RunTask = async (task) => {
    await turn()
    try {
      await letRefusalsPass()
      return await task()
    } finally {
      passTurn()
    }
  }

  const inPlace: WorkQueue['inPlace'] = async (work) => {
    const refusal = refusalNow()
    if (refusal !== undefined) throw refusal
    taken += 1
    try {
      // With the first of a flood come the others, which have not been read yet.
      await nextTurn()
      await letRefusalsPass()
      return await work(runInPlace)
    } finally {
      taken -= 1
    }
  }

  return Object.freeze<WorkQueue>({
    refusal() {
      if (refusalNow() === undefined) return undefined
      refusing += 1
      return new Promise((resolve) => {
        inTurn(() => {
          refusing -= 1
          resolve(refusalNow())
        })
      })
    },
    inPlace,
    run: (task) => inPlace((run) => run(task)),
  })
}
