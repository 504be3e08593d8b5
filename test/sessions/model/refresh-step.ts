/**
 * One refresh in the model: ended list, then the real decision, then I1, I2 and I3 on its outcome.
 */

import type {
  decideRefresh,
  PresentedToken,
  RefreshOutcome,
} from '../../../src/sessions/decide-refresh.ts'
import type { EndedSession, LiveSession, RotationState } from '../../../src/sessions/session.ts'
import {
  accessLifetime,
  endedSession,
  hashOf,
  idOf,
  liveSession,
  now,
  policyOf,
  presentedToken,
} from '../rotation-fixtures.ts'
import type { ModelSession, Request, State, Token } from './state.ts'

export interface Rules {
  readonly decide: typeof decideRefresh
  /** False: an answer counts even when a newer token has been sent since. */
  readonly givesUp: boolean
  /** True: two forks of one token answer with the same successor. */
  readonly sameSuccessor: boolean
  /**
   * The try of the shut-out party, 10 s or more apart, that may not be late. After a loss it is
   * one more, and counted for each token.
   */
  readonly endsAtTry: number
  /** Refreshes of the shut-out party that one rollback or wipe after the theft allows. */
  readonly allowedByLoss: number
  readonly maxGeneration: number
}

export interface Step {
  readonly state: State
  readonly outcome: RefreshOutcome
  readonly violation?: string
}

// Forks are never counted here: that rule needs a clock (simulation.test.ts).
const policy = policyOf({ accessLifetime: Number.POSITIVE_INFINITY })
const timeOf = (age: number) => now - age * accessLifetime
const ageOf = (time: number) => (time === now ? 0 : 1)

export function refreshStep(state: State, request: Request, rules: Rules): Step {
  const { token } = request
  if (state.listed) return { state, outcome: 'ended' }
  const decision = rules.decide(storedSession(state), presented(token), now, policy)
  const { outcome } = decision
  const next = 'next' in decision ? decision.next : undefined
  if (outcome === 'replayed' || outcome === 'not_adopted') {
    return { state: { ...state, store: 'ended' }, outcome, ...refused(state, request, outcome) }
  }
  // A tombstone that the list does not name is listed before the answer.
  if (outcome === 'ended') {
    return { state: { ...state, listed: true }, outcome, ...refused(state, request, outcome) }
  }
  if (outcome === 'superseded' || outcome === 'expired') {
    return lateStep(state, request, outcome, rules)
  }
  if (state.store === 'ended') return { state, outcome, violation: 'I3: an ended session issued' }
  const session = next ? modelSession(next) : state.store
  if (session === 'missing') return { state, outcome, violation: 'issued without a session' }
  return granted(state, request, outcome, session, rules)
}

function granted(
  state: State,
  request: Request,
  outcome: RefreshOutcome,
  session: ModelSession,
  rules: Rules,
): Step {
  const { by, token, givenUp } = request
  const reused =
    rules.sameSuccessor && typeof state.store === 'object' && state.store.hash === session.hash
      ? state.store.successor
      : 0
  const id = reused || state.nextId
  const successor: Token = { id, parent: session.hash, generation: session.generation + 1 }
  const answered = !givenUp || !rules.givesUp
  const after: State = {
    ...state,
    ...leadAfter(state, request),
    store: { ...session, successor: rules.sameSuccessor ? id : 0 },
    answers: answered ? [...state.answers, { by, token: successor, to: token.id }] : state.answers,
    nextId: state.nextId + 1,
  }
  if (after.debt < 0) return { state: after, outcome, violation: 'I2: both parties go on' }
  return { state: after, outcome }
}

function leadAfter(state: State, { by, token }: Request) {
  const { stolen, lead, debt } = state
  if (stolen === null) return {}
  const overtakes = lead !== null && lead !== by
  const own = token.id !== stolen.id && token.generation >= stolen.generation
  return {
    lead: own ? by : overtakes ? null : lead,
    debt: overtakes ? debt - 1 : debt,
    ...(own && lead !== by ? { lateTries: 0, triedLate: false } : {}),
  }
}

function lateStep(state: State, request: Request, outcome: RefreshOutcome, rules: Rules): Step {
  const { by, token, givenUp } = request
  if (state.stolen === null) {
    const newest =
      token.id === state.owner.id &&
      state.answers.every((answer) => answer.token.generation <= token.generation)
    return { state, outcome, ...(newest ? refused(state, request, outcome) : {}) }
  }
  const isNewest = token.id === state[by]?.id && !givenUp
  if (state.lead === null || state.lead === by || !isNewest || state.triedLate) {
    return { state, outcome }
  }
  const after = { ...state, lateTries: state.lateTries + 1, triedLate: true }
  const violated = after.lateTries >= rules.endsAtTry + (state.lostWrites ? 1 : 0)
  return {
    state: after,
    outcome,
    ...(violated ? { violation: `I2: late at try ${after.lateTries}` } : {}),
  }
}

/** I1: without a theft nothing but a log-out refuses the owner, or ends the session. */
function refused(state: State, { by }: Request, outcome: RefreshOutcome) {
  if (by !== 'owner' || state.stolen !== null || state.listed) return {}
  return { violation: `I1: the honest client was refused (${outcome})` }
}

function storedSession({ store }: State): LiveSession | EndedSession | undefined {
  if (store === 'missing') return undefined
  if (store === 'ended') return endedSession
  return liveSession({
    generation: store.generation,
    hash: hashOf(store.hash),
    recentCommits: store.commits.map(timeOf),
    forks: 0,
    forkedAt: now,
  })
}

function modelSession(next: RotationState): ModelSession {
  return {
    generation: next.generation,
    hash: idOf(next.hash),
    commits: next.recentCommits.map(ageOf),
    successor: 0,
  }
}

function presented({ id, parent, generation }: Token): PresentedToken {
  return presentedToken({ generation, hash: hashOf(id), parent: hashOf(parent) })
}
