/**
 * Temporary SQLite stores with a clock that is set by hand.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { RestoringToken } from '../../../src/sessions/decide-refresh.ts'
import {
  contractLifetimes,
  newAccount,
  policy,
  newSession as session,
} from '../../../src/stores/contract/examples.ts'
import type { NewSession } from '../../../src/stores/ports.ts'
import { availableDrivers } from '../../../src/stores/sqlite/driver.ts'
import { openSqliteStores, type SqliteStoresOptions } from '../../../src/stores/sqlite/open.ts'

export const drivers = availableDrivers()

export { newAccount, policy }

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-sqlite-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export const temporaryPath = (): string => join(temporaryFolder(), 'auth.db')

export async function openStores(options: Partial<SqliteStoresOptions> = {}) {
  const time = { now: 1_800_000_000_000 }
  const clock = () => time.now
  const path = temporaryPath()
  const stores = await openSqliteStores({ path, clock, ...contractLifetimes, ...options })
  onTestFinished(() => stores.close().catch(() => undefined))
  return { stores, time, ...stores }
}

export const newSession = (accountId: string, now: number, epoch = 0): NewSession =>
  session(accountId, now, { epoch })

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
