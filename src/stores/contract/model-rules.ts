/**
 * Random refreshes, each held against the pure `decideRefresh` (I7).
 *
 * The commands come from a seed, and the sentence of a failure names it.
 */

import { deepEqual, equal } from 'node:assert/strict'
import { decideRefresh, type RestoringToken } from '../../sessions/decide-refresh.ts'
import type { StoredSession } from '../../sessions/session.ts'
import {
  addSession,
  day,
  minute,
  newHash,
  plainDecision,
  plainSession,
  policy,
  second,
  successorOf,
} from './examples.ts'
import { type Random, seededRandom } from './random.ts'
import { type ContractHarness, type OpenedStores, suiteOf } from './rule.ts'

const commandsInRound = 60
const waits = [1, second, 9_999, 10_000, 5 * minute, 15 * minute, 60 * minute, day] as const

export const modelRules = suiteOf('model', {
  'random refreshes decide and write as decideRefresh does': (harness) =>
    everyRound(harness, 'fork-and-commit'),

  'random refreshes with strict rotation decide and write as decideRefresh does': (harness) =>
    everyRound(harness, 'strict'),
})

type Rotation = typeof policy.rotation

async function everyRound({ open, rounds, seed }: ContractHarness, rotation: Rotation) {
  const opened = await open()
  for (let round = 0; round < rounds; round += 1) {
    const log: string[] = []
    try {
      await oneRound(opened, rotation, seededRandom(seed + round), log)
    } catch (cause) {
      const commands = log.join(', ')
      throw new Error(`with seed ${seed + round} after: ${commands}`, { cause })
    }
  }
}

async function oneRound(opened: OpenedStores, rotation: Rotation, random: Random, log: string[]) {
  const { sessions } = opened
  const { session, token: first } = await addSession(sessions)
  const tokens: [RestoringToken, ...RestoringToken[]] = [first]
  let expected: StoredSession = { status: 'live', ...session }
  for (let index = 0; index < commandsInRound; index += 1) {
    const command = random.below(100)
    if (command < 25 && opened.canAdvance) {
      const wait = random.pick(waits)
      log.push(`advance ${wait}`)
      opened.advance(wait)
    } else if (command === 99) {
      log.push('end')
      const ends: boolean = expected.status === 'live'
      equal(await sessions.end(session.id, session.accountId, 'logout'), ends)
      if (ends) expected = endedBy(expected, 'logout')
    } else {
      const [name, presented] = nextToken(random, tokens, await sessions.now())
      const step = await sessions.refresh(session.id, presented, { ...policy, rotation })
      const decision = decideRefresh(expected, presented, step.now, { ...policy, rotation })
      log.push(`${name} ${presented.generation} (${decision.outcome})`)
      deepEqual(plainDecision(step.decision), plainDecision(decision))
      deepEqual(plainSession(step.session), plainSession(expected))
      if ('next' in decision && decision.next !== undefined) {
        expected = { ...expected, ...decision.next } as StoredSession
        tokens.push(presented)
      }
      if (decision.outcome === 'replayed' || decision.outcome === 'not_adopted') {
        expected = endedBy(expected, `refresh_token_${decision.outcome}`)
      }
    }
    deepEqual(plainSession(await sessions.find(session.id)), plainSession(expected))
  }
}

/** Mostly the newest token and its successors, as clients do; sometimes an old one or a gap. */
function nextToken(
  random: Random,
  tokens: readonly [RestoringToken, ...RestoringToken[]],
  now: number,
): readonly [name: string, token: RestoringToken] {
  const newest = tokens[tokens.length - 1] ?? tokens[0]
  const kind = random.below(100)
  if (kind < 50) return ['successor of', successorOf(newest, now)]
  if (kind < 80) return ['newest', { ...newest, issuedAt: now }]
  if (kind < 92) return ['old', random.pick(tokens)]
  if (kind < 95) return ['sibling of an old', successorOf(random.pick(tokens), now)]
  if (kind < 97) return ['forged parent', { ...successorOf(newest, now), parent: newHash() }]
  return ['future', { ...successorOf(newest, now), generation: newest.generation + 3 }]
}

function endedBy(
  { id, accountId }: StoredSession,
  reason: Extract<StoredSession, { status: 'ended' }>['reason'],
): StoredSession {
  return { status: 'ended', id, accountId, reason }
}
