/** Accounts and sessions for the tests of MongoDB, and reading the feed at once. */

import { uuidV7 } from '../../../src/crypto/uuid.ts'
import type { RestoringToken } from '../../../src/sessions/decide-refresh.ts'
import { newAccount as account, newSession } from '../../../src/stores/contract/examples.ts'
import type { NewAccount, NewSession, SessionStore } from '../../../src/stores/ports.ts'

export { policy, successorOf } from '../../../src/stores/contract/examples.ts'

export const atOnceOf = (waitMilliseconds = 0) => ({
  waitMilliseconds,
  signal: new AbortController().signal,
})

/** Without rights. */
export const newAccount = (username: string, fields: Partial<NewAccount> = {}): NewAccount =>
  account(username, { roles: [], scopes: [], ...fields })

export async function addSession(
  sessions: SessionStore,
  fields: Partial<NewSession> = {},
  limit = Number.POSITIVE_INFINITY,
) {
  const bornAt = await sessions.now()
  const noDevice = { userAgent: null, address: null }
  const session = newSession(uuidV7(bornAt), bornAt, { ...noDevice, ...fields })
  const ended = await sessions.create(session, limit)
  const token: RestoringToken = {
    accountId: session.accountId,
    epoch: session.epoch,
    generation: 1,
    hash: session.hash,
    parent: new Uint8Array(16),
    issuedAt: bornAt,
    sessionBornAt: bornAt,
    restorable: true,
  }
  return { session, token, ended, accountId: session.accountId }
}
