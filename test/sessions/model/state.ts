/**
 * The world of the model: one session, its store and replica, the network, an owner and a thief.
 *
 * The clock is abstract: a commit is fresh (age 0, less than 10 s old) until time passes, then
 * stale (age 1). Tokens are numbered; a state's key renumbers them, so that equal worlds are equal.
 */

export interface Token {
  readonly id: number
  readonly parent: number
  readonly generation: number
}

export type Party = 'owner' | 'thief'

export interface ModelSession {
  readonly generation: number
  readonly hash: number
  /** Ages of the last commits, newest first. */
  readonly commits: readonly number[]
  /** The one successor, where siblings are made the same (a mutant); else 0. */
  readonly successor: number
}

export type Stored = ModelSession | 'ended' | 'missing'

export interface Request {
  readonly by: Party
  readonly token: Token
  /** The client has sent a newer token since and no longer waits. */
  readonly givenUp: boolean
}

export interface Answer {
  readonly by: Party
  readonly token: Token
  /** The token that was presented. */
  readonly to: number
}

export interface State {
  readonly store: Stored
  readonly replica: Stored
  /** On the ended list of the account database, which loses nothing. */
  readonly listed: boolean
  readonly requests: readonly Request[]
  readonly answers: readonly Answer[]
  readonly owner: Token
  readonly thief: Token | null
  /** The token that both held. */
  readonly stolen: Token | null
  /** Who was last granted a refresh with a token that is its own alone. */
  readonly lead: Party | null
  /** Changes of the lead that rollbacks and wipes since the theft allow: one each. */
  readonly debt: number
  /** Tries of the other, at least 10 s apart, that were answered `superseded`. */
  readonly lateTries: number
  readonly triedLate: boolean
  /** The store was rolled back or wiped since the theft. */
  readonly lostWrites: boolean
  readonly failovers: number
  readonly wipes: number
  readonly thefts: number
  readonly logouts: number
  readonly nextId: number
}

export interface Budget {
  readonly failovers: number
  readonly wipes: number
  readonly thefts: number
  readonly logouts: number
}

export function initialState(budget: Budget): State {
  const login: Token = { id: 1, parent: 0, generation: 1 }
  const session: ModelSession = { generation: 1, hash: 1, commits: [], successor: 0 }
  return {
    store: session,
    replica: budget.failovers > 0 ? session : 'missing',
    listed: false,
    requests: [],
    answers: [],
    owner: login,
    thief: null,
    stolen: null,
    lead: null,
    debt: 0,
    lateTries: 0,
    triedLate: false,
    lostWrites: false,
    ...budget,
    nextId: 2,
  }
}

/** Equal for worlds that differ only in the numbers of their tokens. */
export function keyOf(state: State): string {
  const names = [0]
  const name = (id: number): number => {
    const known = names.indexOf(id)
    return known < 0 ? names.push(id) - 1 : known
  }
  const token = (t: Token | null) => (t ? `${t.generation}.${name(t.id)}.${name(t.parent)}` : '-')
  const stored = (s: Stored) =>
    typeof s === 'string'
      ? s
      : `${s.generation}.${name(s.hash)}.${s.commits.join('')}.${name(s.successor)}`
  let key = `${stored(state.store)}|${stored(state.replica)}|`
  key += `${token(state.owner)}|${token(state.thief)}|${token(state.stolen)}|`
  // The network has no order.
  for (const request of inOrder(state.requests)) {
    key += `${request.by}${token(request.token)}${request.givenUp ? '!' : ','}`
  }
  for (const answer of inOrder(state.answers)) {
    key += `${answer.by}${token(answer.token)}>${name(answer.to)}`
  }
  key += `|${flag(state.listed)}${flag(state.triedLate)}${flag(state.lostWrites)}${state.lead}`
  key += `${state.debt}${state.lateTries}`
  return `${key}${state.failovers}${state.wipes}${state.thefts}${state.logouts}`
}

const flag = (value: boolean) => (value ? 1 : 0)

function inOrder<Sent extends Request | Answer>(sent: readonly Sent[]): readonly Sent[] {
  return sent.length < 2 ? sent : sent.toSorted((a, b) => rankOf(a) - rankOf(b))
}

function rankOf({ by, token }: Request | Answer): number {
  return (by === 'owner' ? 0 : 1_000_000) + token.generation * 1000 + token.id
}
