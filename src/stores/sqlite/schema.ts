/**
 * The tables, and the list of migrations that `PRAGMA user_version` counts.
 *
 * A published migration is never changed; a new one is added behind it.
 */

import { type Database, type Queries, schemaVersion } from './database.ts'

/** The statements of each version; the first entry makes version 1. */
export const migrations: readonly (readonly string[])[] = [
  [
    `CREATE TABLE users (
      id TEXT PRIMARY KEY,
      username TEXT,
      username_key TEXT UNIQUE,
      email TEXT,
      email_key TEXT UNIQUE,
      email_verified INTEGER NOT NULL,
      name TEXT,
      password_hash TEXT NOT NULL,
      status TEXT NOT NULL,
      session_epoch INTEGER NOT NULL,
      roles TEXT NOT NULL,
      scopes TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
    // An ended session has a reason. No foreign key: a session outlives its deleted account.
    `CREATE TABLE sessions (
      id TEXT PRIMARY KEY,
      account_id TEXT NOT NULL,
      epoch INTEGER NOT NULL,
      amr TEXT NOT NULL,
      user_agent TEXT,
      address TEXT,
      generation INTEGER NOT NULL,
      hash BLOB NOT NULL,
      recent_commits TEXT NOT NULL,
      forks INTEGER NOT NULL,
      forked_at INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      moved_at INTEGER NOT NULL,
      end_reason TEXT
    ) STRICT, WITHOUT ROWID`,
    `CREATE INDEX live_sessions_by_account ON sessions (account_id, created_at)
      WHERE end_reason IS NULL`,
    'CREATE INDEX sessions_by_birth ON sessions (created_at)',
    `CREATE TABLE signing_keys (
      sequence INTEGER PRIMARY KEY,
      kid TEXT NOT NULL UNIQUE,
      algorithm TEXT NOT NULL,
      public_jwk TEXT NOT NULL,
      sealed_private_jwk TEXT NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT`,
    // AUTOINCREMENT: a number that was pruned is never given again, so a cursor stays true.
    `CREATE TABLE revocations (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL,
      subject TEXT NOT NULL,
      epoch INTEGER,
      at INTEGER NOT NULL
    ) STRICT`,
    'CREATE INDEX revocations_by_time ON revocations (at)',
  ],
  [
    // The default is for a process of the release before, which adds keys without this column.
    'ALTER TABLE signing_keys ADD COLUMN active_at INTEGER NOT NULL DEFAULT 0',
    'UPDATE signing_keys SET active_at = created_at',
  ],
  [
    `CREATE TABLE one_time_tokens (
      token_hash BLOB PRIMARY KEY,
      purpose TEXT NOT NULL,
      account_id TEXT NOT NULL,
      data TEXT,
      expires_at INTEGER NOT NULL,
      UNIQUE (account_id, purpose)
    ) STRICT, WITHOUT ROWID`,
    'CREATE INDEX one_time_tokens_by_expiry ON one_time_tokens (expires_at)',
    `CREATE TABLE attempts (
      key TEXT PRIMARY KEY,
      count INTEGER NOT NULL,
      first_at INTEGER NOT NULL,
      last_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
    'CREATE INDEX attempts_by_expiry ON attempts (expires_at)',
  ],
  [
    'ALTER TABLE users ADD COLUMN external_id TEXT',
    'CREATE UNIQUE INDEX users_by_external_id ON users (external_id)',
    // What is left of a deleted account that came from elsewhere, so that it does not come again.
    'CREATE TABLE retired_external_ids (external_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID',
  ],
  [
    `CREATE TABLE ended_sessions (
      session_id TEXT PRIMARY KEY,
      account_id TEXT NOT NULL,
      reason TEXT NOT NULL,
      ended_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
    'CREATE INDEX ended_sessions_by_time ON ended_sessions (ended_at)',
  ],
]

/** Brings a file to the newest version. @throws Error when it cannot; a sentence for the operator. */
export async function migrate(database: Database, path: string): Promise<void> {
  const found = await database.read(schemaVersion)
  if (found > migrations.length) throw new Error(newerFile(path, found))
  if (found === migrations.length) return
  const outcome = await database.transaction(
    (transaction) => {
      // Another process may have been faster.
      const version = schemaVersion(transaction)
      if (version === 0 && isForeign(transaction)) return 'foreign'
      for (const sql of migrations.slice(version).flat()) transaction.run(sql)
      transaction.run(`PRAGMA user_version = ${Math.max(version, migrations.length)}`)
      return 'migrated'
    },
    { durable: true },
  )
  if (outcome === 'foreign') {
    throw new Error(`The SQLite database ${path} belongs to another program; name a new file.`)
  }
}

const isForeign = (queries: Queries): boolean =>
  queries.get("SELECT 1 FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' LIMIT 1") !== undefined

const newerFile = (path: string, found: number): string =>
  `The SQLite database ${path} has schema version ${found}, and this release knows ` +
  `${migrations.length}; it was written by a newer release.`
