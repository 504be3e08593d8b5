/** Accounts and sessions for the tests of MongoDB, and reading the feed at once. */

import { randomBytes } from 'node:crypto'
import { uuidV7 } from '../../../src/crypto/uuid.ts'
import type { RefreshPolicy, RestoringToken } from '../../../src/sessions/decide-refresh.ts'
import { contractLifetimes } from '../../../src/stores/contract/index.ts'
import type { NewAccount, NewSession, SessionStore } from '../../../src/stores/ports.ts'

export const policy: RefreshPolicy = {
  ...contractLifetimes,
  rotation: 'fork-and-commit',
  restoreMissing: false,
}

export const atOnceOf = (waitMilliseconds = 0) => ({
  waitMilliseconds,
  signal: new AbortController().signal,
})

export function newAccount(username: string, fields: Partial<NewAccount> = {}): NewAccount {
  return {
    id: uuidV7(1_800_000_000_000),
    externalId: null,
    username,
    usernameKey: username.toLowerCase(),
    email: null,
    emailKey: null,
    name: null,
    passwordHash: '$argon2id$one',
    roles: [],
    scopes: [],
    ...fields,
  }
}

export async function addSession(
  sessions: SessionStore,
  fields: Partial<NewSession> = {},
  limit = Number.POSITIVE_INFINITY,
) {
  const bornAt = await sessions.now()
  const session: NewSession = {
    id: uuidV7(bornAt),
    accountId: uuidV7(bornAt),
    epoch: 0,
    amr: ['pwd'],
    userAgent: null,
    address: null,
    generation: 1,
    hash: randomBytes(16),
    recentCommits: [],
    forks: 0,
    forkedAt: 0,
    ...fields,
  }
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

export const successorOf = (token: RestoringToken): RestoringToken => ({
  ...token,
  generation: token.generation + 1,
  hash: randomBytes(16),
  parent: token.hash,
})
