/**
 * Counters of attempts and failures in MongoDB: read, decide, and write only what nobody changed since.
 *
 * The calls of one process about one counter go one after another, so that only processes compete.
 */

import type { Clock } from '../../clock.ts'
import type { AttemptStore, Attempts } from '../ports.ts'
import { type StoredAttempts, takeAttempt } from '../take-attempt.ts'
import { exactly, isDuplicate } from './client.ts'
import { type Connection, fast, untilDone } from './connection.ts'
import { inTurn } from './turns.ts'

type CounterDocument = StoredAttempts & { readonly _id: string }

export function mongoAttempts({ collection, run }: Connection, clock: Clock): AttemptStore {
  const counters = collection<CounterDocument>('attempts')
  const turns = inTurn()

  async function counting(key: string, now: number): Promise<CounterDocument | undefined> {
    const found = await counters.findOne({ _id: exactly(key) })
    return found !== null && found.expiresAt > now ? found : undefined
  }

  /** Writes `next` unless the counter is no longer `before`. @returns whether it did. */
  async function write(key: string, before: StoredAttempts | null, next: StoredAttempts) {
    if (before !== null) {
      const { count, firstAt, lastAt, expiresAt } = before
      const seen = { _id: exactly(key), count, firstAt, lastAt, expiresAt }
      return (await counters.replaceOne(seen, next, fast)).matchedCount === 1
    }
    try {
      await counters.insertOne({ _id: key, ...next }, fast)
      return true
    } catch (error) {
      if (isDuplicate(error)) return false
      throw error
    }
  }

  /** One atomic step: `decide` may be asked again, on what another process wrote. */
  const step = <Result>(
    key: string,
    decide: (
      before: StoredAttempts | undefined,
      now: number,
    ) => { readonly result: Result; readonly next: StoredAttempts | undefined },
  ): Promise<Result> =>
    run(() =>
      turns(key, async () => {
        const { result } = await untilDone(async () => {
          const now = clock()
          const before = await counters.findOne({ _id: exactly(key) })
          const counted = before !== null && before.expiresAt > now ? before : undefined
          const decided = decide(counted, now)
          if (decided.next === undefined) return decided
          return (await write(key, before, decided.next)) ? decided : undefined
        })
        return result
      }),
    )

  return Object.freeze<AttemptStore>({
    take: (key, rule) =>
      step(key, (before, now) => {
        const { step: result, next } = takeAttempt(before, rule, now)
        return { result, next }
      }),

    giveBack: (key) =>
      run(async () => {
        const filter = { _id: exactly(key), expiresAt: { $gt: clock() } }
        await counters.updateOne(filter, { $inc: { count: -1 } }, fast)
        await counters.deleteOne({ _id: exactly(key), count: { $lte: 0 } }, fast)
      }),

    read: (key) =>
      run(async (): Promise<Attempts | undefined> => {
        const found = await counting(key, clock())
        return found && { count: found.count, firstAt: found.firstAt, lastAt: found.lastAt }
      }),

    clear: (key) =>
      run(async () => {
        await counters.deleteOne({ _id: exactly(key) }, fast)
      }),

    prune: () =>
      run(async () => {
        await counters.deleteMany({ expiresAt: { $lte: clock() } })
      }),
  })
}
