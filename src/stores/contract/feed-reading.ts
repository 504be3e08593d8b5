/**
 * Reading the revocation feed in a rule.
 */

import type { Revocation, SessionStore } from '../ports.ts'
import { readToEnd } from '../read-to-end.ts'

type Wait = Parameters<SessionStore['revocations']>[1]

const waitFor = (waitMilliseconds: number): Wait => ({
  waitMilliseconds,
  signal: new AbortController().signal,
})

export const atOnce = waitFor(0)
/** Long enough for any store that works; a rule ends as soon as the entry is there. */
export const patient = waitFor(2000)
export const brief = waitFor(20)

/** All that was announced in the last access-token lifetime. */
export async function everything(sessions: SessionStore): Promise<readonly Revocation[]> {
  return (await readToEnd(sessions.revocations, atOnce.signal)).entries
}
