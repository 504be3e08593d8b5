/**
 * Sessions in Redis: one key a session and one script a step, beside an index for the list.
 *
 * The index is never needed for safety. Keys expire with their last issued token, never before it,
 * so a missing key under a token that has not expired means that Redis lost it.
 */

import { uuidBytes } from '../../crypto/uuid.ts'
import { unavailable } from '../../errors.ts'
import type { RefreshDecision, RefreshOutcome } from '../../sessions/decide-refresh.ts'
import {
  bornAt,
  type LiveSession,
  lastMovedAt,
  type SessionLifetimes,
  type StoredSession,
} from '../../sessions/session.ts'
import type { SeparateSessionStore } from '../separate-sessions.ts'
import { someAtOnce } from '../some-at-once.ts'
import type { Commands } from './commands.ts'
import { createSessionImport } from './import-sessions.ts'
import { refreshScript } from './refresh-script.ts'
import { createServerClock } from './server-clock.ts'
import { createSessionIndex } from './session-index.ts'
import { packSession, rotationOf, sessionKeyOf, unpackSession } from './session-record.ts'
import { buryScript, createScript } from './session-scripts.ts'
import { packStep } from './step-arguments.ts'

export interface RedisSessionsOptions extends SessionLifetimes {
  readonly prefix: string
  /** Stands for Redis's clock in tests. */
  readonly clock?: (() => number) | undefined
}

/** Records of one account that are read or written at the same time. */
const mostAtOnce = 200

type StepReply = readonly [outcome: string, at: number, warn: number, before: Buffer, after: Buffer]

type RedisSessions = Omit<SeparateSessionStore, 'announce' | 'revocations' | 'ping' | 'close'>

export function redisSessions(commands: Commands, options: RedisSessionsOptions): RedisSessions {
  const { prefix, accessLifetime, inactivityTimeout, absoluteLifetime } = options
  const sessionKey = (id: string): string => sessionKeyOf(prefix, id)
  const index = createSessionIndex(commands, options)
  const serverClock = createServerClock()
  const clockArgument = (): string => (options.clock === undefined ? '' : String(options.clock()))
  const millisecondsLeft = (id: string, now: number): string =>
    String(Math.max(1000, bornAt(id) + absoluteLifetime - now + 1000))

  async function now(): Promise<number> {
    if (options.clock !== undefined) return options.clock()
    const [seconds, micros] = (await commands.send(prefix, ['TIME'])) as [unknown, unknown]
    return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000)
  }

  async function find(id: string): Promise<StoredSession | undefined> {
    const key = sessionKey(id)
    const record = (await commands.send(key, ['GET', key])) as Buffer | null
    return record === null ? undefined : unpackSession(id, record)
  }

  /** Those of an index that live, newest first, and those that it names for nothing. */
  async function read(ids: readonly string[], minimumEpoch: number) {
    const [at, found] = await Promise.all([now(), someAtOnce(ids, mostAtOnce, find)])
    const gone = ids.filter((_, place) => found[place]?.status !== 'live')
    const live = found
      .filter((session) => session?.status === 'live')
      .filter((session) => session.epoch >= minimumEpoch)
      .filter((session) => at - bornAt(session.id) <= absoluteLifetime)
      .filter((session) => at - movedAt(session) <= inactivityTimeout + accessLifetime)
      .sort((a, b) => bornAt(b.id) - bornAt(a.id) || (a.id < b.id ? 1 : -1))
    return { live, gone }
  }

  async function writeTombstone(id: string, accountId: string, reason: string, below: string) {
    const key = sessionKey(id)
    const tombstone = Buffer.concat([Buffer.of(0), uuidBytes(accountId), Buffer.from(reason)])
    // By this process's clock: a tombstone that stays too long or goes too early harms nobody,
    // since the ended list or the epoch refuses the session too.
    const lifetime = millisecondsLeft(id, options.clock?.() ?? bornAt(id))
    return commands.run(buryScript, key, [tombstone, below, lifetime])
  }

  async function takeStep(key: string, told: Buffer): Promise<StepReply> {
    // The second try: another server's clock, which was not known, is ahead.
    for (const _ of ['first', 'second']) {
      const limit = options.clock === undefined ? serverClock.notAfter() : ''
      const reply = await commands.run(refreshScript, key, [told, limit, clockArgument()])
      const [outcome, at, ...rest] = reply as [Buffer, number, number, Buffer, Buffer]
      serverClock.note(Number(at))
      if (String(outcome) !== 'late') return [String(outcome), at, ...rest]
    }
    throw unavailable(new Error("Redis's clock has moved while a step was on its way."))
  }

  return {
    now,
    find,
    importSessions: createSessionImport(commands, { sessionKey, index }, options, now),

    async list(accountId, minimumEpoch) {
      return (await read(await index.read(accountId), minimumEpoch)).live
    },

    async create(session, limit) {
      const { id, accountId, epoch } = session
      const lifetime = String(
        Math.max(1000, Math.min(inactivityTimeout + accessLifetime, absoluteLifetime) + 1000),
      )
      const added = await commands.run(createScript, sessionKey(id), [
        packSession(session),
        lifetime,
      ])
      if (added !== 1) throw unavailable(new Error('A session with this id exists.'))
      // After the session: an id in the index without its session would pass for an expired one.
      const ids = await index.add(accountId, id, limit)
      if (ids.length <= limit) return []
      const { live, gone } = await read(ids, epoch)
      await index.leave(accountId, gone)
      const others = live.map((one) => one.id).filter((one) => one !== id)
      return others.slice(Math.max(0, limit - 1))
    },

    async refresh(sessionId, presented, policy) {
      const told = packStep(presented, policy)
      const [outcome, at, warn, before, after] = await takeStep(sessionKey(sessionId), told)
      const decision = decisionOf(outcome as RefreshOutcome, warn === 1, after)
      if (decision.outcome === 'restored') await index.keep(presented.accountId, sessionId)
      const session = before.length === 0 ? undefined : unpackSession(sessionId, before)
      return { decision, session, now: Number(at) }
    },

    async bury({ sessionId, accountId, reason }) {
      await writeTombstone(sessionId, accountId, reason, '')
      await index.leave(accountId, [sessionId])
    },

    async buryAll(accountId, epoch, reason) {
      const ids = await index.read(accountId)
      const buried = await someAtOnce(ids, mostAtOnce, (id) =>
        writeTombstone(id, accountId, reason, String(epoch)),
      )
      await index.leave(
        accountId,
        ids.filter((_, place) => buried[place] === 1),
      )
    },
  }
}

function decisionOf(outcome: RefreshOutcome, warn: boolean, after: Buffer): RefreshDecision {
  const next = after.length === 0 ? undefined : rotationOf(after)
  if (outcome === 'forked') return { outcome, warn, ...(next && { next }) }
  if (next === undefined) return { outcome } as RefreshDecision
  return { outcome, next } as RefreshDecision
}

const movedAt = (session: LiveSession): number => lastMovedAt(session, bornAt(session.id))
