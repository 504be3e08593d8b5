/** The rule with one part of it removed. Each calls the real decision for everything else. */

import { decideRefresh, type RefreshDecision } from '../../../src/sessions/decide-refresh.ts'
import type { Rules } from './refresh-step.ts'
import type { Budget } from './state.ts'

type Decide = typeof decideRefresh

export interface Mutant {
  readonly name: string
  /** The smallest world that shows it. */
  readonly budget: Partial<Budget>
  readonly rules: Partial<Rules>
  /** What the counter-example violates. */
  readonly violates: RegExp
}

const answering =
  (outcome: RefreshDecision['outcome'], change: (...args: Parameters<Decide>) => RefreshDecision) =>
  (...args: Parameters<Decide>): RefreshDecision => {
    const decision = decideRefresh(...args)
    return decision.outcome === outcome ? change(...args) : decision
  }

const replayed = () => ({ outcome: 'replayed' }) as const
const ended = () => ({ outcome: 'ended' }) as const

/** `late` as measured from the last commit of the session, whoever was passed by it. */
const lateByLastCommit: Decide = (session, presented, now, policy) => {
  const decision = decideRefresh(session, presented, now, policy)
  if (session?.status !== 'live' || decision.outcome !== 'replayed') return decision
  const last = session.recentCommits[0]
  return last !== undefined && now - last < 10_000 ? { outcome: 'superseded' } : decision
}

/** Passed tokens are forgotten after one commit, as they are with one remembered time. */
const oneCommitRemembered: Decide = (session, presented, now, policy) =>
  decideRefresh(
    session?.status === 'live'
      ? { ...session, recentCommits: session.recentCommits.slice(0, 1) }
      : session,
    presented,
    now,
    policy,
  )

const hashIgnored: Decide = (session, presented, now, policy) => {
  const same = session?.status === 'live' && session.generation === presented.generation
  return decideRefresh(
    session,
    same ? { ...presented, hash: session.hash } : presented,
    now,
    policy,
  )
}

/** The parent of a token of the next generation is taken for the committed one. */
const parentIgnored: Decide = (session, presented, now, policy) => {
  const next = session?.status === 'live' && session.generation + 1 === presented.generation
  return decideRefresh(
    session,
    next ? { ...presented, parent: session.hash } : presented,
    now,
    policy,
  )
}

export const mutants: readonly Mutant[] = [
  {
    name: 'the committed token is replayed instead of forked',
    budget: {},
    rules: { decide: answering('forked', replayed) },
    violates: /^I1/,
  },
  {
    name: 'a successor forks and does not commit',
    budget: { thefts: 1 },
    rules: { decide: answering('committed', () => ({ outcome: 'forked', warn: false })) },
    violates: /^I2: both/,
  },
  {
    name: 'siblings are the same token',
    budget: { thefts: 1 },
    rules: { sameSuccessor: true },
    violates: /^I2: both/,
  },
  {
    name: 'any token of the committed generation forks, whatever its hash',
    budget: { thefts: 1 },
    rules: { decide: hashIgnored },
    violates: /^I2: both/,
  },
  {
    name: 'a token from the future is replayed',
    budget: { failovers: 1 },
    rules: { decide: answering('recovered', replayed) },
    violates: /^I1/,
  },
  {
    name: 'a missing session has ended',
    budget: { wipes: 1 },
    rules: { decide: answering('restored', ended) },
    violates: /^I1/,
  },
  {
    name: 'nothing is late',
    budget: {},
    rules: { decide: answering('superseded', replayed) },
    violates: /^I1/,
  },
  {
    name: 'one commit is remembered instead of four',
    budget: {},
    rules: { decide: oneCommitRemembered },
    violates: /^I1/,
  },
  {
    name: 'late looks at the last commit of the session',
    budget: { thefts: 1 },
    rules: { decide: lateByLastCommit, maxGeneration: 5 },
    violates: /^I2: late/,
  },
  {
    name: 'a replayed token ends nothing',
    budget: { thefts: 1 },
    rules: { decide: answering('replayed', () => ({ outcome: 'superseded' })) },
    violates: /^I2: late/,
  },
  {
    name: 'a tombstone is taken for a missing session',
    budget: { thefts: 1 },
    rules: {
      decide: (session, presented, now, policy) =>
        decideRefresh(session?.status === 'ended' ? undefined : session, presented, now, policy),
    },
    violates: /^I3/,
  },
  {
    // Shows only after a loss, as one refresh more for whoever is shut out.
    name: 'any token of the next generation commits, whatever its parent',
    budget: { thefts: 1, wipes: 1 },
    rules: { decide: parentIgnored, maxGeneration: 3, allowedByLoss: 0 },
    violates: /^I2: both/,
  },
]
