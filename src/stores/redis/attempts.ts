/**
 * Counters of failures in Redis: one string a counter, which expires with its window.
 */

import type { AttemptStore, Attempts } from '../ports.ts'
import { type Commands, script } from './commands.ts'
import { clockLines } from './refresh-script.ts'

const layout = '>I4I6I6I6'

const recordScript = script(`${clockLines}
local window = tonumber(ARGV[1])
local count, firstAt, expiresAt = 0, now, 0
local record = redis.call('GET', KEYS[1])
if record then
  local storedCount, storedFirst, _, storedExpiry = struct.unpack('${layout}', record)
  if storedExpiry > now then count, firstAt = storedCount, storedFirst end
end
count = count + 1
redis.call('SET', KEYS[1], struct.pack('${layout}', count, firstAt, now, now + window), 'PX', window)
return {count, firstAt, now}`)

const readScript = script(`${clockLines}
local record = redis.call('GET', KEYS[1])
if not record then return {} end
local count, firstAt, lastAt, expiresAt = struct.unpack('${layout}', record)
if expiresAt <= now then return {} end
return {count, firstAt, lastAt}`)

export interface RedisAttemptsOptions {
  readonly prefix: string
  readonly clock?: (() => number) | undefined
}

export function redisAttempts(
  commands: Commands,
  { prefix, clock }: RedisAttemptsOptions,
): AttemptStore {
  const keyOf = (key: string): string => `${prefix}t:${key}`
  const clockArgument = (): string => (clock === undefined ? '' : String(clock()))

  return Object.freeze<AttemptStore>({
    async record(key, { windowMilliseconds }) {
      const args = [String(windowMilliseconds), clockArgument()]
      return attemptsOf(await commands.run(recordScript, keyOf(key), args)) as Attempts
    },
    async read(key) {
      return attemptsOf(await commands.run(readScript, keyOf(key), [clockArgument()]))
    },
    async clear(key) {
      await commands.send(keyOf(key), ['DEL', keyOf(key)])
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
