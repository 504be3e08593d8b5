/** An owner, and a thief who copied the owner's refresh token, each at a pace of its own. */

import { accessLifetime, hour, minute, now, second } from './rotation-fixtures.ts'
import { randomFrom, type SimulationRules, simulateSession } from './simulated-session.ts'

export interface Theft {
  readonly seed: number
  /** Time between the thief's refreshes, or two seconds after or before each of the owner's. */
  readonly pace: number | 'behind' | 'ahead'
  /** When the owner tries again after it was refused as superseded. */
  readonly retryAfter: number
}

export interface TheftResult {
  readonly ended: boolean
  /** The owner's refused refreshes, the last included. */
  readonly ownerTries: number
  /** The same for the thief. */
  readonly thiefTries: number
  /** Both were granted a refresh with a token that was theirs alone. */
  readonly bothCommitted: boolean
}

export function simulateTheft(theft: Theft, rules: SimulationRules = {}): TheftResult {
  const random = randomFrom(theft.seed)
  const session = simulateSession(now, rules)
  const wait = () => accessLifetime + Math.floor((random() - 0.5) * minute)
  let owner = session.login
  let ownerAt = now + Math.floor(random() * minute)
  for (let refreshes = Math.floor(random() * 4); refreshes > 0; refreshes -= 1) {
    owner = session.refresh(owner, ownerAt).token ?? owner
    ownerAt += wait()
  }
  const stolen = owner
  let thief = owner
  const pace = theft.pace
  let thiefAt = firstMove(pace, ownerAt, random)
  const tries = { owner: 0, thief: 0 }
  const committed = { owner: false, thief: false }
  const end = ownerAt + 12 * hour

  while (!session.isEnded() && Math.min(ownerAt, thiefAt) < end) {
    const by = ownerAt <= thiefAt ? 'owner' : 'thief'
    const presented = by === 'owner' ? owner : thief
    const { token } = session.refresh(presented, by === 'owner' ? ownerAt : thiefAt)
    if (token === undefined) tries[by] += 1
    else if (presented.id !== stolen.id) committed[by] = true
    if (by === 'owner') {
      owner = token ?? owner
      ownerAt += token ? wait() : theft.retryAfter
      if (pace === 'ahead') thiefAt = ownerAt - 2 * second
    } else {
      thief = token ?? thief
      thiefAt = nextMove(pace, thiefAt, ownerAt)
    }
  }
  return {
    ended: session.isEnded(),
    ownerTries: tries.owner,
    thiefTries: tries.thief,
    bothCommitted: committed.owner && committed.thief,
  }
}

function firstMove(pace: Theft['pace'], ownerAt: number, random: () => number): number {
  if (pace === 'behind') return ownerAt + 2 * second
  if (pace === 'ahead') return ownerAt - 2 * second
  return ownerAt - Math.floor(random() * Math.min(pace * 2, accessLifetime))
}

function nextMove(pace: Theft['pace'], thiefAt: number, ownerAt: number): number {
  if (pace === 'behind') return ownerAt + 2 * second
  // Waits until the owner has moved.
  if (pace === 'ahead') return Number.POSITIVE_INFINITY
  return thiefAt + pace
}
