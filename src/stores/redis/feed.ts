/**
 * The revocation feed as one stream, read by blocking reads on connections of their own.
 *
 * A wipe, and a failover to a replica that lags, may leave a stream that is shorter than a reader's
 * cursor; the reader then begins anew.
 */

import { toleratedClockDifferenceMilliseconds } from '../../clock.ts'
import { unavailable } from '../../errors.ts'
import type { Revocation, RevocationPage } from '../ports.ts'
import type { SeparateSessionStore } from '../separate-sessions.ts'
import type { RedisConnection } from './client.ts'
import { type Commands, createCommands, script } from './commands.ts'
import { clockLines } from './refresh-script.ts'

export interface RedisFeedOptions {
  readonly prefix: string
  readonly accessLifetime: number
  readonly deadlineMilliseconds: number
  readonly clock?: (() => number) | undefined
}

export interface RedisFeed extends Pick<SeparateSessionStore, 'announce' | 'revocations'> {
  close(): void
}

const emptyStream = '0-0'
const streamId = /^\d{1,15}-\d{1,15}$/
const pageSize = 1000

// In tests the stream's ids follow the clock that stands for Redis's own, never backwards.
// It works on a full Redis, as a log-out does.
const announceScript = script(`#!lua flags=allow-oom
${clockLines}
local keep, id = tonumber(ARGV[1]), '*'
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if ARGV[#ARGV] ~= '' then
  id = now .. '-*'
  if last and tonumber(string.match(last[1], '^%d+')) > now then id = '*' end
end
for index = 2, #ARGV - 1 do
  redis.call('XADD', KEYS[1], 'MINID', '~', string.format('%.0f', now - keep), id, 'e', ARGV[index])
end
redis.call('PEXPIRE', KEYS[1], keep)
return 1`)

export function redisFeed(
  commands: Commands,
  connection: RedisConnection,
  { prefix, accessLifetime, deadlineMilliseconds, clock }: RedisFeedOptions,
): RedisFeed {
  const key = `${prefix}feed`
  const span = accessLifetime + toleratedClockDifferenceMilliseconds
  const idle: RedisConnection[] = []
  const all = new Set<RedisConnection>()
  let closed = false

  async function recentPage(): Promise<RevocationPage> {
    const time = clock?.() ?? (await timeOf(commands, key))
    const since = String(Math.max(0, time - span))
    const page = await pageFrom(since, '')
    return page.entries.length > 0 ? page : { ...page, cursor: await newest() }
  }

  async function newest(): Promise<string> {
    const found = await commands.send(key, ['XREVRANGE', key, '+', '-', 'COUNT', '1'])
    return pageOf(found, emptyStream).cursor
  }

  const pageAfter = (cursor: string): Promise<RevocationPage> => pageFrom(`(${cursor}`, cursor)

  async function pageFrom(start: string, cursor: string): Promise<RevocationPage> {
    const command = ['XRANGE', key, start, '+', 'COUNT', String(pageSize)]
    return pageOf(await commands.send(key, command), cursor)
  }

  async function borrow(): Promise<RedisConnection> {
    const free = idle.pop()
    if (free?.isReady()) return free
    free?.destroy()
    const another = await connection.duplicate(deadlineMilliseconds).catch((error) => {
      throw unavailable(error)
    })
    // Whoever closed the feed meanwhile has not seen this one.
    if (closed) another.destroy()
    all.add(another)
    return another
  }

  /** Waits until there is something after the cursor. @returns an empty page when there is not. */
  async function nextPage(
    cursor: string,
    milliseconds: number,
    signal: AbortSignal,
  ): Promise<RevocationPage> {
    const blocking = await borrow()
    // A read that blocks can be ended only together with its connection.
    const stop = (): void => blocking.destroy()
    signal.addEventListener('abort', stop, { once: true })
    const block = String(Math.max(1, Math.floor(milliseconds)))
    const { send } = createCommands(blocking, {
      deadlineMilliseconds: milliseconds + deadlineMilliseconds,
    })
    try {
      const count = String(pageSize)
      const command = ['XREAD', 'COUNT', count, 'BLOCK', block, 'STREAMS', key, cursor]
      const found = ofOnlyStream(await send(key, command))
      idle.push(blocking)
      return pageOf(found, cursor)
    } catch (error) {
      all.delete(blocking)
      blocking.destroy()
      if (signal.aborted || closed) return { entries: [], cursor }
      throw error
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  const readAfter: RedisFeed['revocations'] = async (cursor = emptyStream, options) => {
    const { waitMilliseconds, signal } = options
    const [page, newestId] = await Promise.all([pageAfter(cursor), newest()])
    if (page.entries.length > 0) return page
    if (isBehind(newestId, cursor)) return { ...(await recentPage()), restarted: true }
    if (waitMilliseconds <= 0 || signal.aborted) return page
    return nextPage(cursor, waitMilliseconds, signal)
  }

  return {
    async announce(entries) {
      if (entries.length === 0) return
      const time = clock === undefined ? '' : String(clock())
      await commands.run(announceScript, key, [String(span), ...entries.map(textOf), time])
    },

    async revocations(cursor, options) {
      if (cursor === undefined) return recentPage()
      if (!streamId.test(cursor)) return { ...(await recentPage()), restarted: true }
      const wasOpen = !closed
      try {
        return await readAfter(cursor, options)
      } catch (error) {
        // Closing takes the connections away from readers, wherever they are.
        if (wasOpen && closed) return { entries: [], cursor }
        throw error
      }
    },

    close() {
      closed = true
      for (const one of all) one.destroy()
    },
  }
}

/** True where the newest id is older than the cursor: entries that were read are gone. */
function isBehind(newestId: string, cursor: string): boolean {
  const [time = 0, count = 0] = newestId.split('-').map(Number)
  const [readTime = 0, readCount = 0] = cursor.split('-').map(Number)
  return time < readTime || (time === readTime && count < readCount)
}

async function timeOf(commands: Commands, key: string): Promise<number> {
  const [seconds] = (await commands.send(key, ['TIME'])) as [unknown]
  return Number(seconds) * 1000
}

function textOf(entry: Revocation): string {
  if (entry.kind === 'session_ended') return `s ${entry.sessionId}`
  if (entry.kind === 'account_ended') return `a ${entry.accountId} ${entry.epoch}`
  return `c ${entry.accountId} ${entry.changedAt}`
}

/** @param cursor of a page without entries. */
function pageOf(reply: unknown, cursor: string): RevocationPage {
  const found = reply as [id: Buffer, fields: Buffer[]][]
  return {
    entries: found.map(([, fields]) => revocationOf(String(fields[1]))),
    cursor: String(found.at(-1)?.[0] ?? cursor),
    ...(found.length === pageSize && { more: true }),
  }
}

/** What `XREAD` found: a list of pairs in RESP2, a map in RESP3, which comes as a list here. */
function ofOnlyStream(reply: unknown): unknown {
  if (reply === null) return []
  const [first, second] = reply as [unknown, unknown]
  return Array.isArray(first) ? first[1] : second
}

function revocationOf(text: string): Revocation {
  const [kind, subject = '', number = ''] = text.split(' ')
  if (kind === 's') return { kind: 'session_ended', sessionId: subject }
  if (kind === 'a') return { kind: 'account_ended', accountId: subject, epoch: Number(number) }
  return { kind: 'account_changed', accountId: subject, changedAt: Number(number) }
}
