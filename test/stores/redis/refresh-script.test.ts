/** I7: Redis's script and `decideRefresh` are one rule. */

import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { uuidV7 } from '../../../src/crypto/uuid.ts'
import type { Commands } from '../../../src/stores/redis/commands.ts'
import { now } from '../../sessions/rotation-fixtures.ts'
import { hasRedis, redisIsMissing } from '../../support/redis-server.ts'
import { type OwnRedis, startOwnRedis } from './own-redis.ts'
import { type RefreshCase, refreshCases } from './refresh-cases.ts'
import { expectedStep, refreshOnRedis } from './refresh-on-redis.ts'

const runs = 6000
const seed = 20260725

if (!hasRedis()) redisIsMissing('the script of a refresh on Redis')

describe.skipIf(!hasRedis())('a refresh on Redis', () => {
  let own: OwnRedis
  let commands: Commands
  beforeAll(async () => {
    own = await startOwnRedis()
    commands = own.commands
  })
  afterAll(() => own?.dispose())

  test('I7: a refresh decides, writes and keeps its key as the pure rule says', async () => {
    const refresh = refreshOnRedis(commands, 'same:')
    const seen = new Map<string, number>()
    const property = fc.asyncProperty(refreshCases, async (one) => {
      const id = one.session?.id ?? uuidV7(now - 1)
      const step = await refresh(one, id)
      expect(step).toEqual(expectedStep(one, id))
      const { outcome } = step.decision as { outcome: string }
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1)
    })
    await fc.assert(property, { numRuns: runs, seed })
    // A property that meets no case of a rule says nothing about it.
    const outcomes = ['expired', 'ended', 'superseded', 'replayed', 'not_adopted', 'forked']
    for (const outcome of [...outcomes, 'committed', 'recovered', 'restored']) {
      expect([outcome, (seen.get(outcome) ?? 0) > runs / 200]).toEqual([outcome, true])
    }
  }, 120_000)

  const mutants: Readonly<Record<string, readonly [from: string, to: string]>> = {
    'inactivity ends one millisecond early': ['issuedAt > inactivity', 'issuedAt >= inactivity'],
    'the absolute lifetime ends early': ['bornAt > absolute', 'bornAt >= absolute'],
    'an ended session is taken for a live one': [
      "if string.byte(record, 1) == 0 then return {'ended', now, 0, record, ''} end",
      '',
    ],
    'every missing session is restored': ['if not mayRestore then', 'if false then'],
    'the late window has one millisecond more': ['passedAt < 10000', 'passedAt <= 10000'],
    'strict rotation knows late tokens': ['if not strict and passedAt > 0', 'if passedAt > 0'],
    'lateness is counted from the last commit': ['math.max(1, -ahead)', '1'],
    'the parent is not compared': ['ahead == 1 and parent == storedHash', 'ahead == 1'],
    'the hash is not compared': ['ahead == 0 and hash == storedHash', 'ahead == 0'],
    'a fork is counted again one millisecond early': [
      'now - forkedAt >= access',
      'now - forkedAt >= access - 1',
    ],
    'the session ends one fork late': ['forks + 1 >= 20', 'forks + 1 > 20'],
    'the developer is told one fork late': ['nextForks == 3', 'nextForks == 4'],
    'a strict token can be used twice': ['if forks > 0 then', 'if forks > 1 then'],
    'a commit forgets the earlier ones': ['now, c1, c2, c3}', 'now, 0, 0, 0}'],
    'a commit forgets when the last fork was': ['forkedAt = forkedAt,', 'forkedAt = 0,'],
    'catching up remembers one commit': [
      'forkedAt = 0, now, now, now, now}',
      'forkedAt = 0, now, 0, 0, 0}',
    ],
    'the epoch of the token replaces that of the session': ['epoch = storedEpoch', ''],
    'a lost store is not caught up': ['if ahead > 1 then', 'if ahead > 2 then'],
    'a fork without a write leaves a short life': ["redis.call('PEXPIRE', KEYS[1], lifetime)", ''],
    'a key expires with the inactivity timeout': ['inactivity + access,', 'inactivity - access,'],
  }

  test('the script as it is passes for no changed one', async () => {
    expect(await noticed(refreshOnRedis(commands, 'unchanged:'))).toBe(false)
  }, 60_000)

  test.each(Object.entries(mutants))(
    'a changed script is noticed: %s',
    async (_, [from, to]) => {
      const change = (source: string): string => {
        expect(source.split(from)).toHaveLength(2)
        return source.replace(from, to)
      }
      const refresh = refreshOnRedis(commands, 'mutant:', change)
      const isSame = async (one: RefreshCase): Promise<boolean> => {
        const id = one.session?.id ?? uuidV7(now - 1)
        const step = await refresh(one, id).catch(() => undefined)
        return isDeepStrictEqual(step, expectedStep(one, id))
      }
      const property = fc.asyncProperty(refreshCases, isSame)
      const { failed } = await fc.check(property, { numRuns: runs, seed, endOnFailure: true })
      expect(failed).toBe(true)
    },
    60_000,
  )
})

/** Whether random cases tell the script from the pure rule. */
async function noticed(refresh: ReturnType<typeof refreshOnRedis>): Promise<boolean> {
  const isSame = async (one: RefreshCase): Promise<boolean> => {
    const id = one.session?.id ?? uuidV7(now - 1)
    const step = await refresh(one, id).catch(() => undefined)
    return isDeepStrictEqual(step, expectedStep(one, id))
  }
  const property = fc.asyncProperty(refreshCases, isSame)
  const { failed } = await fc.check(property, { numRuns: runs, seed, endOnFailure: true })
  return failed
}
