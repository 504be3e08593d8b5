/** Live sessions of another store, written into Redis: each only where it still is as it was read. */

import { unavailable } from '../../errors.ts'
import { bornAt, type LiveSession } from '../../sessions/session.ts'
import { decideSessionImport } from '../decide-import.ts'
import { type Commands, script } from './commands.ts'
import type { SessionIndex } from './session-index.ts'
import { packSession, unpackSession } from './session-record.ts'

/** Writes a record where the one that is there is the first argument; an empty one stands for none. */
const swapScript = script(`
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`)

/** In milliseconds. */
interface Lifetimes {
  readonly accessLifetime: number
  readonly inactivityTimeout: number
  readonly absoluteLifetime: number
}

interface Places {
  readonly sessionKey: (id: string) => string
  readonly index: SessionIndex
}

const mostTries = 5

export function createSessionImport(
  commands: Commands,
  { sessionKey, index }: Places,
  lifetimes: Lifetimes,
  now: () => Promise<number>,
): (sessions: readonly LiveSession[]) => Promise<number> {
  const { accessLifetime, inactivityTimeout, absoluteLifetime } = lifetimes

  async function importOne(session: LiveSession, at: number): Promise<boolean> {
    const { id, accountId } = session
    const key = sessionKey(id)
    const untilEnd = bornAt(id) + absoluteLifetime - at
    // As after a refresh: longer than every token that was issued for the session.
    const lifetime = Math.max(1000, Math.min(inactivityTimeout + accessLifetime, untilEnd) + 1000)
    for (let tries = 0; tries < mostTries; tries += 1) {
      const record = (await commands.send(key, ['GET', key])) as Buffer | null
      const stored = record === null ? undefined : unpackSession(id, record)
      const isKept = decideSessionImport(stored, session) === 'keep'
      if (isKept && stored?.status !== 'live') return false
      const args = [record ?? '', packSession(session), String(lifetime)]
      if (!isKept && (await commands.run(swapScript, key, args)) !== 1) continue
      // Also of one that is there: whoever wrote it may have broken off before its index.
      await index.keep(accountId, id)
      return !isKept
    }
    throw unavailable(new Error('too many refresh this session at once'))
  }

  return async (sessions) => {
    if (sessions.length === 0) return 0
    const at = await now()
    const written = await Promise.all(sessions.map((session) => importOne(session, at)))
    return written.filter(Boolean).length
  }
}
