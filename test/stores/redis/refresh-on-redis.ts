/**
 * One refresh on a real Redis, from a given state, beside what `decideRefresh` says of it.
 */

import { uuidBytes } from '../../../src/crypto/uuid.ts'
import { decideRefresh } from '../../../src/sessions/decide-refresh.ts'
import type { StoredSession } from '../../../src/sessions/session.ts'
import { type Commands, script } from '../../../src/stores/redis/commands.ts'
import { refreshScript } from '../../../src/stores/redis/refresh-script.ts'
import {
  packSession,
  sessionKeyOf,
  unpackSession,
} from '../../../src/stores/redis/session-record.ts'
import { redisSessions } from '../../../src/stores/redis/sessions.ts'
import { now, policyOf } from '../../sessions/rotation-fixtures.ts'
import type { RefreshCase } from './refresh-cases.ts'

/** What a step comes to: its answer, the record that is left, and whether its key lives long enough. */
export interface Step {
  readonly decision: unknown
  readonly before: unknown
  readonly after: unknown
  readonly livesLongEnough: boolean
}

export function expectedStep({ session, token, policy }: RefreshCase, id: string): Step {
  const decision = decideRefresh(session, token, now, policy)
  return {
    decision: plain(decision),
    before: plain(session),
    after: plain(stateAfter(session, token, decision, id)),
    livesLongEnough: true,
  }
}

function stateAfter(
  session: StoredSession | undefined,
  { accountId, epoch }: RefreshCase['token'],
  decision: ReturnType<typeof decideRefresh>,
  id: string,
): StoredSession | undefined {
  if (decision.outcome === 'replayed' || decision.outcome === 'not_adopted') {
    const owner = session?.accountId ?? accountId
    return { status: 'ended', id, accountId: owner, reason: `refresh_token_${decision.outcome}` }
  }
  const next = 'next' in decision ? decision.next : undefined
  if (next === undefined) return session
  const device = { amr: ['pwd'], userAgent: null, address: null }
  const kept = session?.status === 'live' ? session : { id, accountId, epoch, ...device }
  return { status: 'live', ...kept, ...next }
}

/** @param change makes another script of the text, to see that it is noticed. */
export function refreshOnRedis(
  commands: Commands,
  prefix: string,
  change: (source: string) => string = (source) => source,
) {
  const changed = script(change(refreshScript.source))
  const runner: Commands = {
    send: commands.send,
    run: (one, key, args) => commands.run(one === refreshScript ? changed : one, key, args),
  }
  const { absoluteLifetime, inactivityTimeout, accessLifetime } = policyOf()
  const lifetimes = { absoluteLifetime, inactivityTimeout, accessLifetime }
  const sessions = redisSessions(runner, { prefix, clock: () => now, ...lifetimes })

  return async ({ session, token, policy, keyLife }: RefreshCase, id: string): Promise<Step> => {
    const key = sessionKeyOf(prefix, id)
    // Sent together: Redis keeps their order.
    const put =
      session === undefined
        ? commands.send(key, ['DEL', key])
        : commands.send(key, ['SET', key, recordOf(session), 'PX', String(keyLife)])
    const [, taken, record, life] = await Promise.all([
      put,
      sessions.refresh(id, token, policy),
      commands.send(key, ['GET', key]),
      commands.send(key, ['PTTL', key]),
    ])
    const issues = ['forked', 'committed', 'recovered', 'restored']
    const tokenLife = Math.min(inactivityTimeout, token.sessionBornAt + absoluteLifetime - now)
    return {
      decision: plain(taken.decision),
      before: plain(taken.session),
      after: plain(record === null ? undefined : unpackSession(id, record as Buffer)),
      livesLongEnough: !issues.includes(taken.decision.outcome) || Number(life) >= tokenLife,
    }
  }
}

function recordOf(session: StoredSession): Buffer {
  if (session.status === 'live') return packSession(session)
  return Buffer.concat([Buffer.of(0), uuidBytes(session.accountId), Buffer.from(session.reason)])
}

/** Bytes as text, whichever kind of array they are in. */
const plain = (value: unknown): unknown =>
  value === undefined
    ? undefined
    : JSON.parse(
        JSON.stringify(value, (_, part) =>
          part instanceof Uint8Array ? Buffer.from(part).toString('hex') : part,
        ),
      )
