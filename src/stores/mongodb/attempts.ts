/**
 * Counters of attempts and failures in MongoDB: read, decide, and write only what nobody changed since.
 *
 * The tries of one process at one counter go one after another, so that only processes compete. There
 * is no step over several documents without transactions, which a standalone server has not: where
 * one counter has changed, the others are put back, and all are decided anew.
 */

import type { Clock } from '../../clock.ts'
import type { AttemptEntry, AttemptStore, Attempts, TakenAttempts } from '../ports.ts'
import { type StoredAttempts, takeAttempts } from '../take-attempt.ts'
import { exactly, isDuplicate } from './client.ts'
import { type Connection, fast, untilDone } from './connection.ts'
import { inTurn } from './turns.ts'

type CounterDocument = StoredAttempts & { readonly _id: string }

export function mongoAttempts({ collection, run }: Connection, clock: Clock): AttemptStore {
  const counters = collection<CounterDocument>('attempts')
  const turns = inTurn()

  /** Writes `next` unless the counter is no longer `before`. @returns whether it did. */
  async function write(key: string, before: StoredAttempts | null, next: StoredAttempts) {
    if (before !== null) {
      const seen = { _id: exactly(key), ...plain(before) }
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

  /** Undoes `write`, or takes one attempt back where others have counted since. */
  async function putBack(key: string, before: StoredAttempts | null, written: StoredAttempts) {
    const seen = { _id: exactly(key), ...plain(written) }
    const undone =
      before === null
        ? await counters.findOneAndDelete(seen, fast)
        : await counters.findOneAndUpdate(seen, { $set: plain(before) }, fast)
    if (undone === null) await giveBack(key)
  }

  async function giveBack(key: string) {
    const filter = { _id: exactly(key), expiresAt: { $gt: clock() } }
    await counters.updateOne(filter, { $inc: { count: -1 } }, fast)
    await counters.deleteOne({ _id: exactly(key), count: { $lte: 0 } }, fast)
  }

  async function clear(key: string, below: number | undefined) {
    const ended = { expiresAt: { $lte: clock() } }
    const cleared = below === undefined ? {} : { $or: [{ count: { $lt: below } }, ended] }
    await counters.deleteOne({ _id: exactly(key), ...cleared }, fast)
  }

  /** @returns undefined where another process was first; then nothing is counted. */
  async function tryToTake(entries: readonly AttemptEntry[]): Promise<TakenAttempts | undefined> {
    const found = await counters.find({ $or: entries.map(({ key }) => ({ _id: exactly(key) })) })
    const stored = new Map((await found.toArray()).map((counter) => [counter._id, counter]))
    const { taken, next } = takeAttempts(entries, (key) => stored.get(key), clock())
    const writes = entries.flatMap(({ key }, at) => {
      const counter = next[at]
      return counter === undefined ? [] : [{ key, before: stored.get(key) ?? null, counter }]
    })
    const written = await Promise.all(
      writes.map(({ key, before, counter }) => write(key, before, counter)),
    )
    if (!written.includes(false)) return taken
    const toUndo = writes.filter((_, at) => written[at])
    await Promise.all(toUndo.map(({ key, before, counter }) => putBack(key, before, counter)))
    return undefined
  }

  return Object.freeze<AttemptStore>({
    takeAll(entries) {
      const take = () => untilDone(() => tryToTake(entries))
      // In the order of the keys, so that no two wait in a circle.
      const keys = entries.map(({ key }) => key).sort()
      const inAllTurns = keys.reduceRight((next, key) => () => turns(key, next), take)
      return run(inAllTurns)
    },

    settle: (changes) =>
      run(async () => {
        await Promise.all(
          changes.map((one) =>
            one.change === 'clear' ? clear(one.key, one.below) : giveBack(one.key),
          ),
        )
      }),

    read: (key) =>
      run(async (): Promise<Attempts | undefined> => {
        const found = await counters.findOne({ _id: exactly(key) })
        if (found === null || found.expiresAt <= clock()) return undefined
        return { count: found.count, firstAt: found.firstAt, lastAt: found.lastAt }
      }),

    prune: () =>
      run(async () => {
        await counters.deleteMany({ expiresAt: { $lte: clock() } })
      }),
  })
}

/** Without the document's id. */
const plain = ({ count, firstAt, lastAt, expiresAt }: StoredAttempts): StoredAttempts => ({
  count,
  firstAt,
  lastAt,
  expiresAt,
})
