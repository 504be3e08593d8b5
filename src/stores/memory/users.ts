/**
 * Accounts in memory: one map by id, and one for each kind of unique name. A change of status or
 * rights comes with its feed entry.
 */

import type { Clock } from '../../clock.ts'
import type { Account, AccountKey, NewAccount, UserStore } from '../ports.ts'
import type { MemoryFeed } from './feed.ts'
import { refuseSecond, type Steps } from './steps.ts'

/** Frozen throughout, so it can be given to anyone. */
export interface Entry {
  readonly account: Account
  readonly usernameKey: string | null
  readonly emailKey: string | null
}

/** The maps, so that moving to another store can read and write them too. */
export interface UserMaps {
  readonly entries: Map<string, Entry>
  readonly idByUsername: Map<string, string>
  readonly idByEmail: Map<string, string>
  /** Never removed from: a deleted account must not come back from where it once came. */
  readonly idByExternalId: Map<string, string>
}

export const emptyUserMaps = (): UserMaps => ({
  entries: new Map(),
  idByUsername: new Map(),
  idByEmail: new Map(),
  idByExternalId: new Map(),
})

export function memoryUsers(
  steps: Steps,
  feed: MemoryFeed,
  clock: Clock,
  isListed: (sessionId: string) => boolean,
  { entries, idByUsername, idByEmail, idByExternalId }: UserMaps,
): UserStore {
  const byKey = (key: AccountKey): Account | undefined => {
    const id =
      'usernameKey' in key ? idByUsername.get(key.usernameKey) : idByEmail.get(key.emailKey)
    return id === undefined ? undefined : entries.get(id)?.account
  }

  const put = (entry: Entry, change: Partial<Account>): Account => {
    const account = Object.freeze<Account>({ ...entry.account, ...change })
    entries.set(account.id, { ...entry, account })
    return account
  }

  const raise = (entry: Entry, change: Partial<Account> = {}): number => {
    const sessionEpoch = entry.account.sessionEpoch + 1
    put(entry, { ...change, sessionEpoch, updatedAt: clock() })
    feed.append({ kind: 'account_ended', accountId: entry.account.id, epoch: sessionEpoch })
    return sessionEpoch
  }

  const announced = (account: Account): Account => {
    const { id: accountId, updatedAt: changedAt } = account
    feed.append({ kind: 'account_changed', accountId, changedAt })
    return account
  }

  return Object.freeze<UserStore>({
    create: (given) =>
      steps.run(() => {
        const { id, externalId, usernameKey, emailKey } = given
        if (externalId !== null && idByExternalId.has(externalId)) return 'external_id_taken'
        if (usernameKey !== null && idByUsername.has(usernameKey)) return 'username_taken'
        if (emailKey !== null && idByEmail.has(emailKey)) return 'email_taken'
        refuseSecond(entries, id)
        if (externalId !== null) idByExternalId.set(externalId, id)
        if (usernameKey !== null) idByUsername.set(usernameKey, id)
        if (emailKey !== null) idByEmail.set(emailKey, id)
        return put({ account: firstAccount(given, clock()), usernameKey, emailKey }, {})
      }),

    findById: (id) => steps.run(() => entries.get(id)?.account),

    findByKey: (key) => steps.run(() => byKey(key)),

    findExternal: (externalId) =>
      steps.run(() => {
        const id = idByExternalId.get(externalId)
        return id === undefined ? undefined : (entries.get(id)?.account ?? 'deleted')
      }),

    refreshAccount: (id, sessionId) =>
      steps.run(() => {
        const account = entries.get(id)?.account
        if (account === undefined) return undefined
        const { status, sessionEpoch, roles, scopes } = account
        const sessionEnded = sessionId !== undefined && isListed(sessionId)
        return { status, sessionEpoch, roles, scopes, sessionEnded }
      }),

    update: (id, { username, name }) =>
      steps.run(() => {
        const entry = entries.get(id)
        if (entry === undefined) return 'not_found'
        const renamed = username === undefined ? {} : { username: username.shown }
        const change = { ...renamed, ...(name === undefined ? {} : { name }), updatedAt: clock() }
        if (username === undefined) return put(entry, change)
        const owner = idByUsername.get(username.key)
        if (owner !== undefined && owner !== id) return 'username_taken'
        if (entry.usernameKey !== null) idByUsername.delete(entry.usernameKey)
        idByUsername.set(username.key, id)
        return put({ ...entry, usernameKey: username.key }, change)
      }),

    rehashPassword: (id, from, to) =>
      steps.run(() => {
        const entry = entries.get(id)
        if (entry?.account.passwordHash === from) put(entry, { passwordHash: to })
      }),

    changePassword: (id, expected, next) =>
      steps.run(() => {
        const entry = entries.get(id)
        if (entry?.account.passwordHash !== expected) return 'conflict'
        return raise(entry, { passwordHash: next })
      }),

    setStatus: (id, status) =>
      steps.run(() => {
        const entry = entries.get(id)
        if (entry === undefined) return 'not_found'
        const { status: previous, sessionEpoch } = entry.account
        if (previous === status) return { account: entry.account, previous }
        const epoch = { sessionEpoch: sessionEpoch + (status === 'disabled' ? 1 : 0) }
        const account = put(entry, { status, ...epoch, updatedAt: clock() })
        return { account: announced(account), previous }
      }),

    setRights: (id, { roles, scopes }) =>
      steps.run(() => {
        const entry = entries.get(id)
        if (entry === undefined) return 'not_found'
        const rights = {
          roles: Object.freeze([...(roles ?? entry.account.roles)]),
          scopes: Object.freeze([...(scopes ?? entry.account.scopes)]),
        }
        return announced(put(entry, { ...rights, updatedAt: clock() }))
      }),

    list: ({ after = '', limit }) =>
      steps.run(() =>
        [...entries.values()]
          .map(({ account }) => account)
          .filter(({ id }) => id > after)
          .sort((a, b) => (a.id < b.id ? -1 : 1))
          .slice(0, limit),
      ),

    raiseEpoch: (id) =>
      steps.run(() => {
        const entry = entries.get(id)
        return entry === undefined ? 'not_found' : raise(entry)
      }),

    delete: (id) =>
      steps.run(() => {
        const entry = entries.get(id)
        if (entry === undefined) return
        if (entry.usernameKey !== null) idByUsername.delete(entry.usernameKey)
        if (entry.emailKey !== null) idByEmail.delete(entry.emailKey)
        entries.delete(id)
        const epoch = entry.account.sessionEpoch + 1
        feed.append({ kind: 'account_ended', accountId: id, epoch })
      }),
  })
}

function firstAccount(given: NewAccount, now: number): Account {
  const { id, externalId, username, email, name, passwordHash } = given
  return {
    id,
    externalId,
    username,
    email,
    emailVerified: false,
    name,
    passwordHash,
    status: 'active',
    sessionEpoch: 0,
    roles: Object.freeze([...given.roles]),
    scopes: Object.freeze([...given.scopes]),
    createdAt: now,
    updatedAt: now,
  }
}
