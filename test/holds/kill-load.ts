/** Load that remembers what it was promised, so that a crash can be held against it. */

import { type Answer, logInOver, refreshOver, registerOver, type Send } from './server.ts'

export interface Promised {
  /** Per client its newest refresh token: the last received, or the one whose answer was lost. */
  readonly newest: Map<string, string>
  /** Names that were answered 201. */
  readonly accounts: Set<string>
  /** Tokens of sessions whose log-out was answered 204. */
  readonly loggedOut: { readonly accessToken: string; readonly refreshToken: string }[]
  /** Refreshes that were answered. */
  refreshes: number
  /** Answers that should never come; empty when all is well. */
  readonly surprises: string[]
}

export const nothingPromised = (): Promised => ({
  newest: new Map(),
  accounts: new Set(),
  loggedOut: [],
  refreshes: 0,
  surprises: [],
})

/** Sends until the connection breaks. */
async function untilKilled(step: () => Promise<void>): Promise<void> {
  try {
    for (;;) await step()
  } catch {
    // The server was killed.
  }
}

const noteUnless = (promised: Promised, wanted: number, what: string, answer: Answer): boolean => {
  if (answer.status === wanted) return true
  promised.surprises.push(`${what}: ${answer.status} ${String(answer.body.code)}`)
  return false
}

export function keepRefreshing(send: Send, promised: Promised, client: string): Promise<void> {
  return untilKilled(async () => {
    const answer = await refreshOver(send, promised.newest.get(client) as string)
    if (!noteUnless(promised, 200, `refresh of ${client}`, answer)) return
    promised.newest.set(client, String(answer.body.refreshToken))
    promised.refreshes += 1
  })
}

export function keepRegistering(send: Send, promised: Promised, prefix: string): Promise<void> {
  let count = 0
  return untilKilled(async () => {
    const name = `${prefix}-${count++}`
    const answer = await registerOver(send, name)
    if (noteUnless(promised, 201, 'registration', answer)) promised.accounts.add(name)
  })
}

export function keepLoggingOut(send: Send, promised: Promised, name: string): Promise<void> {
  return untilKilled(async () => {
    const { body } = await logInOver(send, name)
    const accessToken = String(body.accessToken)
    const answer = await send('POST', '/auth/logout', { accessToken })
    if (!noteUnless(promised, 204, 'log-out', answer)) return
    promised.loggedOut.push({ accessToken, refreshToken: String(body.refreshToken) })
  })
}
