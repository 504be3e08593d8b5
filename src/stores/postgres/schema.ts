/**
 * The tables, and the list of migrations that `schema_version` counts.
 *
 * `{schema}` stands for the name of the schema. A published migration is never changed; a new one is
 * added behind it, and must let processes of the release before go on: they run meanwhile.
 */

import { settleAttemptsFunction, takeAttemptsFunction } from './attempt-functions.ts'
import {
  createSessionFunction,
  giveBackFunction,
  numberRevocationFunction,
  takeAttemptFunction,
} from './functions.ts'

/** The statements of each version; the first entry makes version 1. */
export const migrations: readonly (readonly string[])[] = [
  [
    // COLLATE "C": ids and keys are compared byte by byte, whatever the language of the database.
    `CREATE TABLE {schema}.users (
      id text COLLATE "C" PRIMARY KEY,
      external_id text COLLATE "C",
      username text,
      username_key text COLLATE "C",
      email text,
      email_key text COLLATE "C",
      email_verified boolean NOT NULL,
      name text,
      password_hash text NOT NULL,
      status text NOT NULL,
      session_epoch integer NOT NULL,
      roles text NOT NULL,
      scopes text NOT NULL,
      created_at bigint NOT NULL,
      updated_at bigint NOT NULL
    )`,
    'CREATE UNIQUE INDEX users_by_username ON {schema}.users (username_key)',
    'CREATE UNIQUE INDEX users_by_email ON {schema}.users (email_key)',
    'CREATE UNIQUE INDEX users_by_external_id ON {schema}.users (external_id)',
    // Also those of deleted accounts, so that none comes again.
    'CREATE TABLE {schema}.external_ids (external_id text COLLATE "C" PRIMARY KEY)',
    // Room in each page, so that a refresh changes no index. No foreign key: a session outlives
    // its deleted account.
    `CREATE TABLE {schema}.sessions (
      id text COLLATE "C" PRIMARY KEY,
      account_id text COLLATE "C" NOT NULL,
      epoch integer NOT NULL,
      amr text NOT NULL,
      user_agent text,
      address text,
      generation bigint NOT NULL,
      hash bytea NOT NULL,
      recent_commits text NOT NULL,
      forks integer NOT NULL,
      forked_at bigint NOT NULL,
      created_at bigint NOT NULL,
      moved_at bigint NOT NULL,
      end_reason text
    ) WITH (fillfactor = 80)`,
    `CREATE INDEX live_sessions_by_account ON {schema}.sessions (account_id, created_at)
      WHERE end_reason IS NULL`,
    'CREATE INDEX sessions_by_birth ON {schema}.sessions (created_at)',
    `CREATE TABLE {schema}.ended_sessions (
      session_id text COLLATE "C" PRIMARY KEY,
      account_id text COLLATE "C" NOT NULL,
      reason text NOT NULL,
      ended_at bigint NOT NULL
    )`,
    'CREATE INDEX ended_sessions_by_time ON {schema}.ended_sessions (ended_at)',
    `CREATE TABLE {schema}.signing_keys (
      sequence integer PRIMARY KEY,
      kid text NOT NULL UNIQUE,
      algorithm text NOT NULL,
      public_jwk text NOT NULL,
      sealed_private_jwk text NOT NULL,
      created_at bigint NOT NULL,
      active_at bigint NOT NULL
    )`,
    `CREATE TABLE {schema}.one_time_tokens (
      token_hash bytea PRIMARY KEY,
      purpose text NOT NULL,
      account_id text COLLATE "C" NOT NULL,
      data text,
      expires_at bigint NOT NULL,
      UNIQUE (account_id, purpose)
    )`,
    'CREATE INDEX one_time_tokens_by_expiry ON {schema}.one_time_tokens (expires_at)',
    `CREATE TABLE {schema}.attempts (
      key text COLLATE "C" PRIMARY KEY,
      count bigint NOT NULL,
      first_at bigint NOT NULL,
      last_at bigint NOT NULL,
      expires_at bigint NOT NULL
    )`,
    'CREATE INDEX attempts_by_expiry ON {schema}.attempts (expires_at)',
    'CREATE SEQUENCE {schema}.revocations_seq',
    `CREATE TABLE {schema}.revocations (
      seq bigint PRIMARY KEY,
      kind text NOT NULL,
      subject text NOT NULL,
      epoch integer,
      at bigint NOT NULL
    )`,
    'CREATE INDEX revocations_by_time ON {schema}.revocations (at)',
    numberRevocationFunction,
    `CREATE TRIGGER number_revocation BEFORE INSERT ON {schema}.revocations
      FOR EACH ROW EXECUTE FUNCTION {schema}.number_revocation()`,
    createSessionFunction,
    takeAttemptFunction,
    giveBackFunction,
  ],
  // Those of version 1 stay for the processes of the release before.
  [takeAttemptsFunction, settleAttemptsFunction],
]
