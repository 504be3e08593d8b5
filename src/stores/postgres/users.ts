/**
 * Accounts in PostgreSQL; a change of status or rights, and what ends every token, with its feed
 * entry in the same statement.
 */

import type { Account, StatusChange, UserStore } from '../ports.ts'
import { createUser } from './create-user.ts'
import { type Database, UniqueViolation } from './database.ts'
import type { RefreshReads } from './refresh-account.ts'
import {
  externalUser,
  toAccount,
  type UserRow,
  userById,
  userByKey,
  userColumns,
  usersAfter,
} from './user-rows.ts'

interface EpochRow {
  readonly session_epoch: number
}

/** What ends every older token of an account: `ended` has its id, new epoch and the time. */
const announceEnd = `told AS (
    INSERT INTO {schema}.revocations (kind, subject, epoch, at)
      SELECT 'account_ended', id, session_epoch, updated_at FROM ended
  )
  SELECT session_epoch FROM ended`

const announceChange = `told AS (
    INSERT INTO {schema}.revocations (kind, subject, at)
      SELECT 'account_changed', id, updated_at FROM changed
  )`

export function postgresUsers(database: Database, reads: RefreshReads): UserStore {
  return Object.freeze<UserStore>({
    create: (account) => createUser(database, account),
    findById: (id) => userById(database, id),
    findByKey: (key) => userByKey(database, key),
    findExternal: (externalId) => externalUser(database, externalId),
    refreshAccount: reads.account,

    async update(id, { username, name }) {
      try {
        const [row] = await database.run<UserRow>(
          `UPDATE {schema}.users SET
              username = coalesce(:username, username), username_key = coalesce(:key, username_key),
              name = CASE WHEN :named::boolean THEN :name ELSE name END, updated_at = {now}
            WHERE id = :id AND {durably} AND NOT EXISTS (
              SELECT FROM {schema}.users AS other WHERE other.username_key = :key AND other.id <> :id
            )
            RETURNING ${userColumns}`,
          {
            id,
            username: username?.shown ?? null,
            key: username?.key ?? null,
            named: name !== undefined,
            name: name ?? null,
          },
        )
        if (row !== undefined) return toAccount(row)
      } catch (error) {
        if (error instanceof UniqueViolation) return 'username_taken'
        throw error
      }
      return (await userById(database, id)) === undefined ? 'not_found' : 'username_taken'
    },

    async rehashPassword(id, from, to) {
      await database.run(
        `UPDATE {schema}.users SET password_hash = :to
          WHERE id = :id AND password_hash = :from AND {lightly}`,
        { id, from, to },
      )
    },

    async changePassword(id, expected, next) {
      const [changed] = await database.run<EpochRow>(
        `WITH ended AS (
            UPDATE {schema}.users
              SET password_hash = :next, session_epoch = session_epoch + 1, updated_at = {now}
              WHERE id = :id AND password_hash = :expected AND {durably}
              RETURNING id, session_epoch, updated_at
          ), ${announceEnd}`,
        { id, expected, next },
      )
      return changed?.session_epoch ?? 'conflict'
    },

    async setStatus(id, status) {
      const [row] = await database.run<UserRow & { readonly previous: Account['status'] }>(
        `WITH before AS MATERIALIZED (
            SELECT ${userColumns} FROM {schema}.users WHERE id = :id AND {durably} FOR UPDATE
          ), changed AS (
            UPDATE {schema}.users AS u
              SET status = :status, updated_at = {now},
                session_epoch = u.session_epoch + CASE :status WHEN 'disabled' THEN 1 ELSE 0 END
              FROM before WHERE u.id = before.id AND before.status <> :status
              RETURNING ${userColumns
                .split(',')
                .map((column) => `u.${column.trim()}`)
                .join(', ')}
          ), ${announceChange}
          SELECT changed.*, before.status AS previous FROM changed, before
          UNION ALL
          SELECT before.*, before.status FROM before WHERE NOT EXISTS (SELECT FROM changed)`,
        { id, status },
      )
      if (row === undefined) return 'not_found'
      const change: StatusChange = { account: toAccount(row), previous: row.previous }
      return change
    },

    async setRights(id, { roles, scopes }) {
      const [row] = await database.run<UserRow>(
        `WITH changed AS (
            UPDATE {schema}.users
              SET roles = coalesce(:roles, roles), scopes = coalesce(:scopes, scopes),
                updated_at = {now}
              WHERE id = :id AND {durably} RETURNING ${userColumns}
          ), ${announceChange}
          SELECT * FROM changed`,
        {
          id,
          roles: roles ? JSON.stringify(roles) : null,
          scopes: scopes ? JSON.stringify(scopes) : null,
        },
      )
      return row === undefined ? 'not_found' : toAccount(row)
    },

    list: ({ after = '', limit }) => usersAfter(database, after, limit),

    async raiseEpoch(id) {
      const [raised] = await database.run<EpochRow>(
        `WITH ended AS (
            UPDATE {schema}.users SET session_epoch = session_epoch + 1, updated_at = {now}
              WHERE id = :id AND {durably} RETURNING id, session_epoch, updated_at
          ), ${announceEnd}`,
        { id },
      )
      return raised?.session_epoch ?? 'not_found'
    },

    async delete(id) {
      // Its external id stays in `external_ids`.
      await database.run(
        `WITH ended AS (
            DELETE FROM {schema}.users WHERE id = :id AND {durably}
              RETURNING id, session_epoch + 1 AS session_epoch, {now} AS updated_at
          ), ${announceEnd}`,
        { id },
      )
    },
  })
}
