/**
 * Accounts in SQLite; a change of status or rights with its feed entry.
 */

import type { Clock } from '../../clock.ts'
import type { Account, AccountStatus, NewAccount, StatusChange, UserStore } from '../ports.ts'
import type { Database, Transaction } from './database.ts'
import type { SqliteFeed } from './feed.ts'
import { createRefreshAccountReader } from './refresh-account.ts'
import { externalUser, userById, userByKey, usersAfter } from './user-rows.ts'

const durable = { durable: true }

export function sqliteUsers(database: Database, feed: SqliteFeed, clock: Clock): UserStore {
  const announce = (transaction: Transaction, account: Account): void =>
    feed.append(transaction, {
      kind: 'account_changed',
      accountId: account.id,
      changedAt: account.updatedAt,
    })

  // In the same step, so that a crash right after it leaves no access token alive.
  const announceEnd = (transaction: Transaction, accountId: string, epoch: number): void =>
    feed.append(transaction, { kind: 'account_ended', accountId, epoch })

  return Object.freeze<UserStore>({
    create: (account) =>
      database.transaction((transaction) => insertUser(transaction, account, clock()), durable),

    findById: (id) => database.read((queries) => userById(queries, id)),

    findByKey: (key) => database.read((queries) => userByKey(queries, key)),

    findExternal: (externalId) => database.read((queries) => externalUser(queries, externalId)),

    refreshAccount: createRefreshAccountReader(database),

    update: (id, { username, name }) =>
      database.transaction((transaction) => {
        const account = userById(transaction, id)
        if (account === undefined) return 'not_found'
        if (username !== undefined) {
          const owner = userByKey(transaction, { usernameKey: username.key })
          if (owner !== undefined && owner.id !== id) return 'username_taken'
          transaction.run('UPDATE users SET username = ?, username_key = ? WHERE id = ?', [
            username.shown,
            username.key,
            id,
          ])
        }
        if (name !== undefined)
          transaction.run('UPDATE users SET name = ? WHERE id = ?', [name, id])
        transaction.run('UPDATE users SET updated_at = ? WHERE id = ?', [clock(), id])
        return userById(transaction, id) ?? 'not_found'
      }),

    rehashPassword: (id, from, to) =>
      database.transaction((transaction) => {
        transaction.run('UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?', [
          to,
          id,
          from,
        ])
      }),

    changePassword: (id, expected, next) =>
      database.transaction((transaction) => {
        const changed = transaction.get<{ session_epoch: number }>(
          `UPDATE users
            SET password_hash = ?, session_epoch = session_epoch + 1, updated_at = ?
            WHERE id = ? AND password_hash = ?
            RETURNING session_epoch`,
          [next, clock(), id, expected],
        )
        if (changed === undefined) return 'conflict'
        announceEnd(transaction, id, changed.session_epoch)
        return changed.session_epoch
      }, durable),

    setStatus: (id, status) =>
      database.transaction((transaction) => {
        const change = changeStatus(transaction, id, status, clock())
        if (change === undefined) return 'not_found'
        if (change.previous !== status) announce(transaction, change.account)
        return change
      }, durable),

    setRights: (id, { roles, scopes }) =>
      database.transaction((transaction) => {
        const changed = transaction.run(
          `UPDATE users
            SET roles = coalesce(?, roles), scopes = coalesce(?, scopes), updated_at = ?
            WHERE id = ?`,
          [
            roles ? JSON.stringify(roles) : null,
            scopes ? JSON.stringify(scopes) : null,
            clock(),
            id,
          ],
        )
        const account = changed === 0 ? undefined : userById(transaction, id)
        if (account === undefined) return 'not_found'
        announce(transaction, account)
        return account
      }, durable),

    list: ({ after = '', limit }) => database.read((queries) => usersAfter(queries, after, limit)),

    raiseEpoch: (id) =>
      database.transaction((transaction) => {
        const raised = transaction.get<{ session_epoch: number }>(
          `UPDATE users SET session_epoch = session_epoch + 1, updated_at = ?
            WHERE id = ?
            RETURNING session_epoch`,
          [clock(), id],
        )
        if (raised === undefined) return 'not_found'
        announceEnd(transaction, id, raised.session_epoch)
        return raised.session_epoch
      }, durable),

    delete: (id) =>
      database.transaction((transaction) => {
        const removed = userById(transaction, id)
        if (removed === undefined) return
        const { externalId, sessionEpoch } = removed
        transaction.run('DELETE FROM users WHERE id = ?', [id])
        if (externalId !== null) {
          transaction.run('INSERT INTO retired_external_ids VALUES (?)', [externalId])
        }
        announceEnd(transaction, id, sessionEpoch + 1)
      }, durable),
  })
}

function insertUser(transaction: Transaction, account: NewAccount, now: number) {
  const { id, externalId, username, usernameKey, email, emailKey, name, passwordHash } = account
  if (externalId !== null && externalUser(transaction, externalId)) return 'external_id_taken'
  if (usernameKey !== null && userByKey(transaction, { usernameKey })) return 'username_taken'
  if (emailKey !== null && userByKey(transaction, { emailKey })) return 'email_taken'
  const roles = JSON.stringify(account.roles)
  const scopes = JSON.stringify(account.scopes)
  transaction.run(
    `INSERT INTO users (id, external_id, username, username_key, email, email_key, email_verified,
      name, password_hash, status, session_epoch, roles, scopes, created_at, updated_at)
      VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, 'active', 0, ?, ?, ?, ?)`,
    [
      ...[id, externalId, username, usernameKey, email, emailKey],
      ...[name, passwordHash, roles, scopes, now, now],
    ],
  )
  return userById(transaction, id) as Account
}

function changeStatus(
  transaction: Transaction,
  id: string,
  status: AccountStatus,
  now: number,
): StatusChange | undefined {
  const before = userById(transaction, id)
  if (before === undefined) return undefined
  const { status: previous } = before
  if (previous === status) return { account: before, previous }
  transaction.run(
    'UPDATE users SET status = ?, session_epoch = session_epoch + ?, updated_at = ? WHERE id = ?',
    [status, status === 'disabled' ? 1 : 0, now, id],
  )
  return { account: userById(transaction, id) as Account, previous }
}
