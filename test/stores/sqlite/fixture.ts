/**
 * Temporary SQLite stores with a clock that is set by hand.
 */

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { uuidV7 } from '../../../src/crypto/uuid.ts'
import type { RefreshPolicy, RestoringToken } from '../../../src/sessions/decide-refresh.ts'
import type { NewAccount, NewSession } from '../../../src/stores/ports.ts'
import { availableDrivers } from '../../../src/stores/sqlite/driver.ts'
import { openSqliteStores, type SqliteStoresOptions } from '../../../src/stores/sqlite/open.ts'

export const drivers = availableDrivers()

const minute = 60_000
const day = 24 * 60 * minute

export const policy: RefreshPolicy = {
  rotation: 'fork-and-commit',
  accessLifetime: 15 * minute,
  inactivityTimeout: 7 * day,
  absoluteLifetime: 30 * day,
  restoreMissing: false,
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-sqlite-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export const temporaryPath = (): string => join(temporaryFolder(), 'auth.db')

export async function openStores(options: Partial<SqliteStoresOptions> = {}) {
  const time = { now: 1_800_000_000_000 }
  const clock = () => time.now
  const { accessLifetime, inactivityTimeout, absoluteLifetime } = policy
  const lifetimes = { accessLifetime, inactivityTimeout, absoluteLifetime }
  const stores = await openSqliteStores({ path: temporaryPath(), clock, ...lifetimes, ...options })
  onTestFinished(() => stores.close().catch(() => undefined))
  return { stores, time, ...stores }
}

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
    roles: ['reader'],
    scopes: ['notes:read'],
    ...fields,
  }
}

export function newSession(accountId: string, now: number, epoch = 0): NewSession {
  return {
    id: uuidV7(now),
    accountId,
    epoch,
    amr: ['pwd'],
    userAgent: 'Firefox',
    address: '192.0.2.1',
    generation: 1,
    hash: randomBytes(16),
    recentCommits: [],
    forks: 0,
    forkedAt: 0,
  }
}

/** The token that the session has committed. */
export function committedToken(session: NewSession, bornAt: number): RestoringToken {
  return {
    accountId: session.accountId,
    epoch: session.epoch,
    generation: session.generation,
    hash: session.hash,
    parent: new Uint8Array(16),
    issuedAt: bornAt,
    sessionBornAt: bornAt,
    restorable: false,
  }
}

export const noSignal = new AbortController().signal
