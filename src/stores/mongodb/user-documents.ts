/** Accounts as MongoDB keeps them: documents, and how they are found. */

import type { Account, AccountKey, AccountStatus, NewAccount } from '../ports.ts'
import type { OutboxDocument } from './announcements.ts'
import { exactly, type Filter } from './client.ts'

/** A field that would be null is absent; a deleted account keeps its id and external id only. */
export interface UserDocument extends OutboxDocument {
  readonly username?: string
  readonly usernameKey?: string
  readonly email?: string
  readonly emailKey?: string
  readonly emailVerified: boolean
  readonly name?: string
  readonly passwordHash: string
  readonly status: AccountStatus
  readonly sessionEpoch: number
  readonly roles: readonly string[]
  readonly scopes: readonly string[]
  readonly createdAt: number
  readonly updatedAt: number
}

/** What a deleted account loses. */
export const personalFields = Object.freeze({
  username: '',
  usernameKey: '',
  email: '',
  emailKey: '',
  emailVerified: '',
  name: '',
  passwordHash: '',
  status: '',
  roles: '',
  scopes: '',
  createdAt: '',
  updatedAt: '',
})

export const presentById = (id: string): Filter => ({
  _id: exactly(id),
  deletedAt: { $exists: false },
})

// A deleted account has no names, so none of it is found by them.
export const byKey = (key: AccountKey): Filter =>
  'usernameKey' in key
    ? { usernameKey: exactly(key.usernameKey) }
    : { emailKey: exactly(key.emailKey) }

export function newDocument(account: NewAccount, now: number): UserDocument {
  const { id, externalId, username, usernameKey, email, emailKey, name } = account
  return {
    _id: id,
    ...(externalId !== null && { externalId }),
    ...(username !== null && { username }),
    ...(usernameKey !== null && { usernameKey }),
    ...(email !== null && { email }),
    ...(emailKey !== null && { emailKey }),
    ...(name !== null && { name }),
    emailVerified: false,
    passwordHash: account.passwordHash,
    status: 'active',
    sessionEpoch: 0,
    roles: [...account.roles],
    scopes: [...account.scopes],
    createdAt: now,
    updatedAt: now,
  }
}

export function toAccount(document: UserDocument): Account {
  return {
    id: document._id,
    externalId: document.externalId ?? null,
    username: document.username ?? null,
    email: document.email ?? null,
    emailVerified: document.emailVerified,
    name: document.name ?? null,
    passwordHash: document.passwordHash,
    status: document.status,
    sessionEpoch: document.sessionEpoch,
    roles: document.roles,
    scopes: document.scopes,
    createdAt: document.createdAt,
    updatedAt: document.updatedAt,
  }
}

export const accountOf = (document: UserDocument | null): Account | undefined =>
  document === null || document.deletedAt !== undefined ? undefined : toAccount(document)
