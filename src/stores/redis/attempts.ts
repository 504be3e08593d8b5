/**
 * Counters of attempts in Redis. A Redis that lost them starts at zero.
 */

import type { AttemptStore, Attempts } from '../ports.ts'
import { giveBackScript, readScript, takeScript } from './attempt-scripts.ts'
import type { Commands, Script } from './commands.ts'

export interface RedisAttemptsOptions {
  readonly prefix: string
  readonly clock?: (() => number) | undefined
}

export function redisAttempts(
  commands: Commands,
  { prefix, clock }: RedisAttemptsOptions,
): AttemptStore {
  const run = (script: Script, key: string, args: readonly string[] = []): Promise<unknown> =>
    commands.run(script, `${prefix}t:${key}`, [...args, clock === undefined ? '' : String(clock())])

  return Object.freeze<AttemptStore>({
    async take(key, { windowMilliseconds, windowFrom, limit, pausesMilliseconds = [] }) {
      const rule = [String(windowMilliseconds), windowFrom, String(limit ?? '')]
      const reply = await run(takeScript, key, [...rule, ...pausesMilliseconds.map(String)])
      const [taken, count = 0, retryAfterMilliseconds = 0] = reply as number[]
      return { taken: taken === 1, count, retryAfterMilliseconds }
    },

    giveBack: async (key) => void (await run(giveBackScript, key)),

    read: async (key) => attemptsOf(await run(readScript, key)),

    async clear(key) {
      const name = `${prefix}t:${key}`
      await commands.send(name, ['DEL', name])
    },

    // Every counter expires by itself.
    async prune() {},
  })
}

function attemptsOf(reply: unknown): Attempts | undefined {
  const [count, firstAt, lastAt] = reply as number[]
  if (count === undefined || firstAt === undefined || lastAt === undefined) return undefined
  return { count, firstAt, lastAt }
}
