/**
 * Explores every world that clients, network, store and thief can reach, breadth first, so that a
 * counter-example is among the shortest.
 */

import { decideRefresh } from '../../../src/sessions/decide-refresh.ts'
import { type Rules, refreshStep } from './refresh-step.ts'
import { type Budget, initialState, keyOf, type Party, type State, type Token } from './state.ts'

export const realRules: Rules = {
  decide: decideRefresh,
  givesUp: true,
  sameSuccessor: false,
  endsAtTry: 3,
  allowedByLoss: 1,
  maxGeneration: 4,
}

export interface Exploration {
  readonly states: number
  /** What was violated, and the way there. */
  readonly violation: string | undefined
  readonly outcomes: ReadonlySet<string>
}

interface Move {
  readonly label: string
  readonly state: State
  readonly outcome?: string
  readonly violation?: string | undefined
}

interface Trace {
  readonly label: string
  readonly before: Trace | undefined
}

const inFlight = 2

export function explore(budget: Budget, changes: Partial<Rules> = {}): Exploration {
  const rules = { ...realRules, ...changes }
  const start = initialState(budget)
  const known = new Set([keyOf(start)])
  const outcomes = new Set<string>()
  let frontier: { state: State; trace: Trace | undefined }[] = [{ state: start, trace: undefined }]
  while (frontier.length > 0) {
    const reached: typeof frontier = []
    for (const { state, trace } of frontier) {
      for (const move of movesFrom(state, rules)) {
        const moved: Trace = { label: move.label, before: trace }
        if (move.outcome) outcomes.add(move.outcome)
        if (move.violation) {
          return { states: known.size, violation: story(move.violation, moved), outcomes }
        }
        const key = keyOf(move.state)
        if (known.has(key)) continue
        known.add(key)
        reached.push({ state: move.state, trace: moved })
      }
    }
    frontier = reached
  }
  return { states: known.size, violation: undefined, outcomes }
}

function story(violation: string, trace: Trace): string {
  const steps: string[] = []
  for (let at: Trace | undefined = trace; at; at = at.before) steps.unshift(at.label)
  return `${violation}: ${steps.join('; ')}`
}

function movesFrom(state: State, rules: Rules): Move[] {
  return [
    ...clientMoves(state, rules),
    ...state.requests.flatMap((_, index) => requestMoves(state, index, rules)),
    ...state.answers.flatMap((_, index) => answerMoves(state, index)),
    ...worldMoves(state, rules),
  ]
}

function clientMoves(state: State, rules: Rules): Move[] {
  // Once listed, what is under way is all that is worth a look.
  if (state.requests.length >= inFlight || state.listed) return []
  const moves: Move[] = []
  for (const [by, token] of [
    ['owner', state.owner],
    ['thief', state.thief],
  ] as const) {
    if (token === null || token.generation > rules.maxGeneration) continue
    // What a thief does with two tabs, the owner's two requests show already.
    if (by === 'thief' && state.requests.some((request) => request.by === by)) continue
    moves.push({ label: `${by} sends ${nameOf(token)}`, state: send(state, by, token, rules) })
  }
  return moves
}

/** To send a token is to give up whatever still runs with an older one. */
function send(state: State, by: Party, token: Token, rules: Rules): State {
  const isOlder = (other: { by: Party }, id: number) => other.by === by && id !== token.id
  const requests = state.requests.map((request) =>
    isOlder(request, request.token.id) ? { ...request, givenUp: true } : request,
  )
  const answers = rules.givesUp
    ? state.answers.filter((answer) => !isOlder(answer, answer.to))
    : state.answers
  return { ...state, requests: [...requests, { by, token, givenUp: false }], answers }
}

function requestMoves(state: State, index: number, rules: Rules): Move[] {
  const request = state.requests[index]
  if (request === undefined) return []
  const without = { ...state, requests: state.requests.toSpliced(index, 1) }
  const name = `${request.by}'s ${nameOf(request.token)}`
  const lost = { label: `${name} is lost`, state: without }
  if (state.answers.length >= inFlight) return [lost]
  const { outcome, ...step } = refreshStep(without, request, rules)
  return [lost, { label: `${name} is ${outcome}`, outcome, ...step }]
}

function answerMoves(state: State, index: number): Move[] {
  const answer = state.answers[index]
  if (answer === undefined) return []
  const { by, token } = answer
  const without = { ...state, answers: state.answers.toSpliced(index, 1) }
  const lost = { label: `answer ${nameOf(token)} is lost`, state: without }
  const held = state[by]
  // The newest: the highest generation, and of one generation the last received.
  if (held === null || token.generation < held.generation) return [lost]
  // After a loss a newer token may be among what the shut-out party has yet to receive.
  const tries = state.lostWrites && by !== state.lead ? noTries : {}
  const received = { ...without, ...tries, [by]: token }
  return [lost, { label: `${by} receives ${nameOf(token)}`, state: received }]
}

function worldMoves(state: State, rules: Rules): Move[] {
  const moves: Move[] = []
  const add = (possible: boolean, label: string, changes: Partial<State>) => {
    if (possible) moves.push({ label, state: { ...state, ...changes } })
  }
  const { store, replica, stolen } = state
  const debt = state.debt + rules.allowedByLoss
  const loss = stolen === null ? {} : { lead: null, debt, lostWrites: true, ...noTries }
  add(state.failovers > 0, 'the replica catches up', { replica: store })
  add(state.failovers > 0, 'failover', {
    store: replica,
    // A replica that nothing will fail over to makes no worlds different.
    replica: state.failovers > 1 ? replica : 'missing',
    failovers: state.failovers - 1,
    ...loss,
  })
  add(state.wipes > 0, 'wipe', {
    store: 'missing',
    replica: 'missing',
    wipes: state.wipes - 1,
    ...loss,
  })
  add(state.thefts > 0, 'theft', {
    thief: state.owner,
    stolen: state.owner,
    thefts: state.thefts - 1,
  })
  add(state.logouts > 0, 'log-out is listed', { listed: true, logouts: state.logouts - 1 })
  add(store === 'ended' && !state.listed, 'the ending is listed', { listed: true })
  add(state.listed && store !== 'ended', 'the listed session gets its tombstone', {
    store: 'ended',
  })
  // A request that was given up arrives within ten seconds or never.
  add(!state.requests.some((request) => request.givenUp), 'time passes', {
    store: aged(store),
    replica: aged(replica),
    triedLate: false,
  })
  return moves
}

const noTries = { lateTries: 0, triedLate: false }

function aged(stored: State['store']): State['store'] {
  return typeof stored === 'string' ? stored : { ...stored, commits: stored.commits.map(() => 1) }
}

const nameOf = (token: Token) => `${token.generation}#${token.id}`
