/** Requests of a client, and what it takes their answers for. */

import { setImmediate as turnOfLoop } from 'node:timers/promises'
import { AuthError } from '../../src/errors.ts'
import type { FlowContext, IssuedTokens } from '../../src/flows/context.ts'
import { refresh } from '../../src/flows/refresh.ts'
import type { World } from './world.ts'

/** One log-in of one account, in a browser or an app that keeps the newest token it received. */
export interface Device {
  readonly username: string
  /** What the password may be: two, when the answer to a change was lost. */
  readonly passwords: { known: string[]; changedAt: number }
  held: string | undefined
  /** A log-out was asked for and not answered yet. */
  leaving: boolean
  theft: Theft | undefined
}

export interface Theft {
  held: string
  readonly at: number
  ownerTries: number
  thiefTries: number
  ownerTriedAt: number
  thiefTriedAt: number
}

export type Outcome<Value> = { readonly value: Value } | { readonly code: string }

/** Counts a step; an error that is none of ours is noted. */
export async function request<Value>(
  world: World,
  send: (server: FlowContext) => Promise<Value>,
): Promise<Outcome<Value>> {
  const { totals, note } = world.ledger
  totals.steps += 1
  try {
    return { value: await send(world.server()) }
  } catch (error) {
    if (!(error instanceof AuthError)) {
      note('unexpected', String(error))
      return { code: 'unexpected' }
    }
    if (error.code === 'temporarily_unavailable') totals.unavailable += 1
    return { code: error.code }
  }
}

export const present = (world: World, token: string): Promise<Outcome<IssuedTokens>> =>
  request(world, (server) => refresh(server, token))

/** What a token says; every token here is genuine. */
export function contentOf(world: World, token: string) {
  const content = world.server().refreshTokens.open(token)
  if (content === undefined) throw new Error('a token that is not ours')
  return content
}

const day = 86_400_000
const byTheft: ReadonlySet<string> = new Set(['refresh_token_replayed', 'refresh_token_superseded'])

/** Judges the refusal of the newest token that an honest client has. @returns whether it is out. */
export async function judgeRefusal(world: World, token: string, code: string): Promise<boolean> {
  if (code === 'temporarily_unavailable' || code === 'unexpected') return false
  await turnOfLoop()
  const { ledger } = world
  const { sessionId, accountId, epoch, issuedAt, sessionBornAt } = contentOf(world, token)
  const reason = ledger.listedFor(sessionId)
  const isStolen = world.stolen.has(sessionId)
  if (code === 'refresh_token_superseded' && isStolen) return false
  const age = Math.max((world.now() - issuedAt) / 7, (world.now() - sessionBornAt) / 30)
  const mayBeOut =
    (code === 'refresh_token_expired' && age >= day) ||
    (code === 'session_ended' && ledger.epochOf(accountId) > epoch) ||
    (code === 'session_ended' && reason !== undefined && !reason.startsWith('refresh_token_')) ||
    (isStolen && (byTheft.has(code) || reason === 'refresh_token_replayed'))
  if (!mayBeOut) {
    ledger.note('lost', `${code} of session ${sessionId}, listed for ${reason ?? 'nothing'}`)
  }
  return true
}
