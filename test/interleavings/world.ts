/**
 * One execution: real flows on real joined stores, where every call of a store waits until it is let
 * go. What may happen next is a list of moves; making one runs the flow up to its next calls.
 */

import { setImmediate as untilIdle } from 'node:timers/promises'
import { AuthError } from '../../src/errors.ts'
import type { FlowContext } from '../../src/flows/context.ts'
import { refresh } from '../../src/flows/refresh.ts'
import { joinStores } from '../../src/stores/joined/open.ts'
import { openMemoryStores } from '../../src/stores/memory/index.ts'
import type { RefreshStep, Stores } from '../../src/stores/ports.ts'
import { lossySessions } from '../support/separate-sessions.ts'
import { contextOf, createNames, lifetimes } from './parts.ts'
import type { Actor, Sabotage, Scenario, Setting, World } from './scenario.ts'

interface Gate {
  readonly actor: Actor
  readonly call: string
  readonly open: () => void
}

const tellsOfEnd: ReadonlySet<string> = new Set(['session_ended', 'refresh_token_replayed'])
const tickMilliseconds = 11_000

export async function openWorld(
  scenario: Scenario,
  prepare: (context: FlowContext) => Promise<Setting>,
  sabotage: Sabotage = () => ({}),
): Promise<World> {
  let now = 1_800_000_000_000
  const clock = () => now
  const names = createNames()
  const real = await openMemoryStores({ clock, ...lifetimes })
  const lossy = lossySessions({ clock, ...lifetimes })
  const { attempts, oneTimeTokens } = real
  const bystander = contextOf(
    joinStores(real, { sessions: lossy, attempts, oneTimeTokens }),
    clock,
    names.issuing('bystander'),
  )
  const setting = await prepare(bystander)
  names.nameSetting(setting)
  if (scenario.isPassed) {
    await refresh(bystander, setting.tokens.newer as string)
    now += tickMilliseconds
  }

  const left = { ...noBudget, ...scenario }
  const gates: Gate[] = []
  const snapshots: { readonly digest: string; readonly restore: () => void }[] = []
  let endingAnswered = false
  let hasLost = false

  const actors = scenario.actors.map((plan): Actor => {
    const flags = {
      crashed: false,
      beganAfterEnding: false,
      steppedAfterEnding: false,
      broughtBack: false,
    }
    return { plan, history: [], answer: undefined, ...flags }
  })

  const pass = (actor: Actor, call: string): Promise<void> =>
    new Promise((open) => gates.push({ actor, call, open }))

  const gate =
    (actor: Actor, name: string, method: (...input: unknown[]) => Promise<unknown>) =>
    async (...input: unknown[]): Promise<unknown> => {
      await pass(actor, name)
      if (name === 'refresh') actor.steppedAfterEnding = endingAnswered
      const result = await method(...input)
      if (name === 'refresh') actor.broughtBack = isBroughtBack(result)
      actor.history.push(`${name} ${names.digest(result)}`)
      return result
    }

  function gated<Part extends object>(actor: Actor, part: Part): Part {
    const methods = Object.entries(part).map(([name, method]) => [
      name,
      unheeded.has(name) ? method : gate(actor, name, method),
    ])
    return Object.fromEntries(methods) as Part
  }

  function storesOf(actor: Actor): Stores {
    const changed = sabotage()
    const own = changed.accounts?.(real) ?? real
    const sessions = gated(actor, changed.sessions?.(lossy) ?? lossy)
    const accounts = {
      ...own,
      users: gated(actor, own.users),
      endedList: gated(actor, own.endedList),
    }
    return joinStores(accounts, { sessions, attempts, oneTimeTokens })
  }

  const isListed = async (): Promise<boolean> => {
    const { accountId, sessionId } = setting
    return (await real.users.refreshAccount(accountId, sessionId))?.sessionEnded === true
  }

  async function live(actor: Actor): Promise<void> {
    const context = contextOf(storesOf(actor), clock, names.issuing(actor.plan.name))
    await pass(actor, 'begin')
    actor.beganAfterEnding = endingAnswered
    try {
      actor.answer = (await actor.plan.run(context, setting)) ?? 'done'
    } catch (error) {
      if (!(error instanceof AuthError)) throw error
      actor.answer = { code: error.code }
    }
    const { answer, plan } = actor
    const isTold = typeof answer === 'object' && 'code' in answer && tellsOfEnd.has(answer.code)
    // After a wipe the session limit has nothing to count, and a log-in ends nothing.
    const hasEnded = plan.kind === 'ending' || (plan.kind === 'log-in' && (await isListed()))
    if (isTold || hasEnded) endingAnswered = true
  }

  for (const actor of actors) void live(actor)

  async function digestOfStore(): Promise<string> {
    const found = await Promise.all(names.sessionIds().map((id) => lossy.find(id)))
    return names.digest(found)
  }

  async function takeSnapshot(): Promise<void> {
    if (left.rollbacks === 0) return
    const digest = await digestOfStore()
    if (snapshots.some((one) => one.digest === digest)) return
    snapshots.push({ digest, restore: lossy.snapshot() })
  }
  await takeSnapshot()

  async function make(move: string): Promise<void> {
    const [kind = '', who = '', call = ''] = move.split(' ')
    if (kind === 'wipe') {
      left.wipes -= 1
      hasLost = true
      lossy.wipe()
    } else if (kind === 'rollback') {
      left.rollbacks -= 1
      hasLost = true
      snapshots[Number(who)]?.restore()
    } else if (kind === 'tick') {
      left.ticks -= 1
      now += tickMilliseconds
    } else if (kind === 'crash') {
      left.crashes -= 1
      const gone = actors.find(({ plan }) => plan.name === who)
      if (gone !== undefined) gone.crashed = true
    } else {
      const index = gates.findIndex((gate) => gate.actor.plan.name === who && gate.call === call)
      const [gate] = gates.splice(index, 1)
      gate?.open()
      // Whatever follows from it without another store call.
      await untilIdle()
    }
    await takeSnapshot()
  }

  const waiting = (): Gate[] => gates.filter(({ actor }) => !actor.crashed)

  function moves(): string[] {
    const open = waiting()
    if (open.length === 0) return []
    const begun = new Set(open.filter(({ call }) => call !== 'begin').map(({ actor }) => actor))
    return [
      ...open.map(({ actor, call }) => `go ${actor.plan.name} ${call}`),
      ...(left.crashes > 0 ? [...begun].map(({ plan }) => `crash ${plan.name}`) : []),
      ...(left.wipes > 0 ? ['wipe'] : []),
      ...(left.rollbacks > 0 ? snapshots.map((_, index) => `rollback ${index}`) : []),
      ...(left.ticks > 0 ? ['tick'] : []),
    ]
  }

  async function key(): Promise<string> {
    const listed = names.sessionIds().map((id) => real.users.refreshAccount(setting.accountId, id))
    return JSON.stringify([
      await digestOfStore(),
      names.digest(await Promise.all(listed)),
      actors.map(({ plan, answer, ...rest }) => ({ ...rest, answer: names.digest(answer) })),
      gates.map(({ actor, call }) => `${actor.plan.name} ${call}`).sort(),
      left.rollbacks > 0 ? snapshots.map(({ digest }) => digest).sort() : [],
      [left.wipes, left.rollbacks, left.crashes, left.ticks, now, endingAnswered, hasLost],
    ])
  }

  await untilIdle()
  return {
    actors,
    setting,
    get tokens() {
      return [...Object.values(setting.tokens), ...names.issued()]
    },
    moves,
    make,
    key,
    isEndingAnswered: () => endingAnswered,
    hasLost: () => hasLost,
    bystander,
    wipe: lossy.wipe,
    get snapshots() {
      return snapshots.map(({ restore }) => restore)
    },
    tick: () => {
      now += tickMilliseconds
    },
    isLive: async () => (await lossy.find(setting.sessionId))?.status === 'live',
    isListed,
  }
}

function isBroughtBack(step: unknown): boolean {
  const { outcome } = (step as RefreshStep).decision
  return outcome === 'restored' || outcome === 'recovered'
}

/** Calls that change nothing that a flow reads: the clock's, and the feed's, which a guard reads. */
const unheeded: ReadonlySet<string> = new Set(['now', 'announce'])

const noBudget = { wipes: 0, rollbacks: 0, crashes: 0, ticks: 0 }
