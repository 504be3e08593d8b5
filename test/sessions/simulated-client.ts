/**
 * An honest client with two tabs on a bad network, for as long as its session may live.
 *
 * It keeps the newest refresh token that it received and gives up older requests when it sends
 * a newer token. A request that was given up arrives within ten seconds, or never.
 */

import { accessLifetime, day, minute, second, now as start } from './rotation-fixtures.ts'
import { randomFrom, type SimulatedToken, simulateSession } from './simulated-session.ts'

export interface BadNetwork {
  readonly seed: number
  /** Share of requests and of answers that are lost. */
  readonly loss: number
  /** Share of refreshes before which the store loses its last second, or everything. */
  readonly failovers: number
  readonly wipes: number
}

export interface ClientResult {
  readonly refreshes: number
  readonly outcomes: ReadonlySet<string>
  /** The first refusal that counts: of the newest token, or one that ended the session. */
  readonly refusal: string | undefined
}

interface Happening {
  readonly at: number
  readonly run: (now: number) => void
}

export function simulateClient(network: BadNetwork): ClientResult {
  const random = randomFrom(network.seed)
  const session = simulateSession(start)
  const outcomes = new Set<string>()
  const queue: Happening[] = []
  let held = session.login
  let newestSent = 0
  let refreshes = 0
  let refusal: string | undefined

  function plan(at: number, run: Happening['run']): void {
    let index = queue.length
    while (index > 0 && (queue[index - 1]?.at ?? 0) > at) index -= 1
    queue.splice(index, 0, { at, run })
  }

  function send(now: number): void {
    const token = held
    newestSent = Math.max(newestSent, token.generation)
    // Now and then a proxy repeats a request some seconds later.
    const copies = random() < 0.02 ? 2 : 1
    for (let copy = 0; copy < copies; copy += 1) {
      if (random() < network.loss) continue
      plan(now + 10 + random() ** 3 * 3 * second + copy * 6 * second, (at) => arrive(token, at))
    }
  }

  function arrive(token: SimulatedToken, now: number): void {
    if (random() < network.failovers) session.failOver(now - second)
    if (random() < network.wipes) session.wipe()
    refreshes += 1
    const { outcome, token: successor } = session.refresh(token, now)
    outcomes.add(outcome)
    if (successor === undefined && (token === held || session.isEnded())) {
      refusal ??= `${outcome} at ${now} ms, refresh ${refreshes}, seed ${network.seed}`
    }
    if (successor === undefined || random() < network.loss) return
    plan(now + 10 + random() ** 3 * 3 * second, () => receive(successor))
  }

  function receive(token: SimulatedToken): void {
    const givenUp = token.generation <= newestSent
    if (!givenUp && token.generation >= held.generation) held = token
  }

  /** One access-token lifetime: both tabs refresh, and again until one has an answer. */
  function refreshTabs(now: number): void {
    const before = held
    const attempt = (at: number) => {
      if (held.generation > before.generation) return
      send(at)
      if (random() < 0.4) plan(at + random() * 4 * second, send)
      plan(at + (2 + random() * 30) * second, attempt)
    }
    attempt(now)
    plan(now + accessLifetime - random() * minute, refreshTabs)
  }

  refreshTabs(start)
  while (refusal === undefined) {
    const next = queue.shift()
    if (next === undefined || next.at > start + 30 * day) break
    next.run(next.at)
  }
  return { refreshes, outcomes, refusal }
}
