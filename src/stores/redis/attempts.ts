/**
 * Counters of attempts in Redis. A Redis that lost them starts at zero.
 *
 * One script counts on several keys at once. Where they lie in different slots (a Cluster, or a proxy
 * before several shards) there is no such step. Then all are looked at first, so that a refusal counts
 * nowhere; where one refuses in between all the same, what the others have counted is given back.
 */

import { AuthError } from '../../errors.ts'
import type {
  AttemptChange,
  AttemptEntry,
  AttemptStep,
  AttemptStore,
  Attempts,
  TakenAttempts,
} from '../ports.ts'
import { allOrNone } from '../take-attempt.ts'
import { readScript, settleScript, takeScript } from './attempt-scripts.ts'
import type { Commands, Script } from './commands.ts'

export interface RedisAttemptsOptions {
  readonly prefix: string
  /** Where the keys of one script must lie in one slot. */
  readonly isCluster: boolean
  readonly clock?: (() => number) | undefined
}

interface Keyed {
  readonly key: string
}

export function redisAttempts(
  commands: Commands,
  { prefix, isCluster, clock }: RedisAttemptsOptions,
): AttemptStore {
  const now = clock === undefined ? () => '' : () => String(clock())
  let isApart = isCluster

  const run = (script: Script, of: readonly Keyed[], args: readonly string[]): Promise<unknown> => {
    const keys = of.map(({ key }) => `${prefix}t:${key}`) as [string, ...string[]]
    return commands.run(script, keys, [...args, now()])
  }

  /** Asks for all at once, unless the server has said that it cannot. */
  async function together<Result>(
    atOnce: () => Promise<Result>,
    apart: () => Promise<Result>,
  ): Promise<Result> {
    if (isApart) return apart()
    try {
      return await atOnce()
    } catch (error) {
      if (!isCrossSlot(error)) throw error
      isApart = true
      return apart()
    }
  }

  async function take(
    entries: readonly AttemptEntry[],
    mode: 'look' | 'take',
  ): Promise<readonly AttemptStep[]> {
    const rules = JSON.stringify(entries.map(toRule))
    const reply = await run(takeScript, entries, [rules, mode])
    return (reply as number[][]).map(toStep)
  }

  async function takeApart(entries: readonly AttemptEntry[]): Promise<TakenAttempts> {
    const each = async (mode: 'look' | 'take'): Promise<readonly AttemptStep[]> =>
      (await Promise.all(entries.map((entry) => take([entry], mode)))).flat()
    const seen = allOrNone(entries, await each('look'))
    if (!seen.taken) return seen
    const steps = await each('take')
    const all = allOrNone(entries, steps)
    if (all.taken) return all
    const counted = entries.filter((_, at) => steps[at]?.taken)
    await settleApart(counted.map(({ key }) => ({ key, change: 'give_back' })))
    return all
  }

  async function settle(changes: readonly AttemptChange[]): Promise<void> {
    await run(settleScript, changes, [JSON.stringify(changes.map(toSettled))])
  }

  async function settleApart(changes: readonly AttemptChange[]): Promise<void> {
    await Promise.all(changes.map((change) => settle([change])))
  }

  return Object.freeze<AttemptStore>({
    takeAll: (entries) =>
      together(
        async () => allOrNone(entries, await take(entries, 'take')),
        () => takeApart(entries),
      ),

    settle: (changes) =>
      together(
        () => settle(changes),
        () => settleApart(changes),
      ),

    read: async (key) => attemptsOf(await run(readScript, [{ key }], [])),

    // Every counter expires by itself.
    async prune() {},
  })
}

const isCrossSlot = (error: unknown): boolean =>
  error instanceof AuthError &&
  error.cause instanceof Error &&
  error.cause.message.startsWith('CROSSSLOT')

/** What is not there is left out: the script would take null for a value. */
function toRule({ rule, mayBeRefused = false }: AttemptEntry) {
  const { windowMilliseconds, windowFrom, limit, pausesMilliseconds = [] } = rule
  return {
    window: windowMilliseconds,
    fromFirst: windowFrom === 'first',
    ...(Number.isFinite(limit) && { limit }),
    pauses: pausesMilliseconds,
    mayBeRefused,
  }
}

const toStep = ([
  taken,
  count = 0,
  retryAfterMilliseconds = 0,
]: readonly number[]): AttemptStep => ({
  taken: taken === 1,
  count,
  retryAfterMilliseconds,
})

const toSettled = (change: AttemptChange) =>
  change.change === 'clear' ? { clears: true, below: change.below } : {}

function attemptsOf(reply: unknown): Attempts | undefined {
  const [count, firstAt, lastAt] = reply as number[]
  if (count === undefined || firstAt === undefined || lastAt === undefined) return undefined
  return { count, firstAt, lastAt }
}
