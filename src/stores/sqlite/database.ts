/**
 * One SQLite file: cached statements, transactions, and waiting for a lock without blocking.
 *
 * The write-ahead log is synced at checkpoints only (`synchronous = NORMAL`); a `durable`
 * transaction waits until the disk has it, and everything before it.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { AuthError, unavailable } from '../../errors.ts'
import {
  type Driver,
  type DriverName,
  openDriver,
  type SqlValue,
  type Statement,
} from './driver.ts'
import { isBusy, NewerSchemaError, operatorWarnings, startUpError } from './failure.ts'
import { prepareFile } from './file.ts'
import {
  createTransactions,
  type Queries,
  quietly,
  type Transaction,
  type TransactionOptions,
} from './transactions.ts'

export type { Queries, Transaction } from './transactions.ts'

export interface DatabaseOptions {
  /** Path of the file, or `:memory:`. */
  readonly path: string
  /** How long to wait for a lock that another connection holds. @default 2000 */
  readonly busyDeadlineMilliseconds?: number
  /** @default 'node' where Node.js has it without a flag, else 'libsql' */
  readonly driver?: DriverName
}

/** `fn` is synchronous everywhere, and runs again when a lock was in the way. */
export interface Database {
  /** Runs single statements that change nothing; each sees the newest commit. */
  read<Result>(fn: (queries: Queries) => Result): Promise<Result>
  /** Runs `fn` in a transaction, with those of the same turn of the loop; undone when it throws. */
  transaction<Result>(
    fn: (transaction: Transaction) => Result,
    options?: TransactionOptions,
  ): Promise<Result>
  /**
   * Ends the opening. From here on a transaction throws, before its `fn`, once the file has a newer
   * schema, and what an operator must act on is a process warning.
   */
  serve(schemaVersion: number): void
  close(): void
}

const defaultBusyDeadlineMilliseconds = 2000

/** @throws Error with a sentence that names the path; it is meant for whoever starts the program. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { path, busyDeadlineMilliseconds = defaultBusyDeadlineMilliseconds } = options
  if (path !== ':memory:') prepareFile(path)
  let opened: Driver | undefined
  try {
    const driver = await openDriver(path, options.driver)
    opened = driver
    let closed = false
    const waiting = <Result>(attempt: () => Result) =>
      whenFree(() => {
        if (closed) throw new Error('The database is closed.')
        return attempt()
      }, busyDeadlineMilliseconds)
    await waiting(() => {
      driver.exec('PRAGMA journal_mode = WAL')
      driver.exec('PRAGMA foreign_keys = ON')
      driver.exec('PRAGMA synchronous = NORMAL')
    })
    const statements = new Map<string, Statement>()
    const queries = cachedQueries((sql) => driver.prepare(sql), statements)
    const warnings = operatorWarnings(path)
    let knownSchema = Number.POSITIVE_INFINITY
    const run = createTransactions({
      queries,
      exec: (sql) => driver.exec(sql),
      whenFree: waiting,
      check: (within) => {
        const found = schemaVersion(within)
        if (found > knownSchema) throw new NewerSchemaError(path, found, knownSchema)
      },
    })
    return {
      read: (fn) =>
        answering(
          waiting(() => fn(queries)),
          warnings.failed,
        ),
      transaction: async (fn, options = {}) => {
        const result = await answering(run(fn, options), warnings.failed)
        warnings.written()
        return result
      },
      serve(version) {
        knownSchema = version
        warnings.start()
      },
      close() {
        if (closed) return
        closed = true
        statements.clear()
        // libsql keeps the file open until its statements are collected, so closing moves nothing
        // from the log into the file, and a copy of the file alone would lack what is in the log.
        quietly(() => driver.exec('PRAGMA wal_checkpoint(TRUNCATE)'))
        driver.close()
      },
    }
  } catch (cause) {
    quietly(() => opened?.close())
    throw startUpError(path, cause)
  }
}

/** Counted by `schema.ts`; reads the file's first page, which is in memory. */
export const schemaVersion = (queries: Queries): number =>
  queries.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0

function cachedQueries(
  prepare: (sql: string) => Statement,
  statements: Map<string, Statement>,
): Queries {
  const statementOf = (sql: string): Statement => {
    const known = statements.get(sql)
    if (known !== undefined) return known
    const statement = prepare(sql)
    statements.set(sql, statement)
    return statement
  }
  return {
    get: <Row>(sql: string, parameters: readonly SqlValue[] = []) =>
      statementOf(sql).all(parameters)[0] as Row | undefined,
    all: <Row>(sql: string, parameters: readonly SqlValue[] = []) =>
      statementOf(sql).all(parameters) as readonly Row[],
    run: (sql, parameters = []) => statementOf(sql).run(parameters),
  }
}

async function whenFree<Result>(attempt: () => Result, deadline: number): Promise<Result> {
  const giveUpAt = performance.now() + deadline
  for (;;) {
    try {
      return attempt()
    } catch (error) {
      if (!isBusy(error) || performance.now() >= giveUpAt) throw error
    }
    // Jitter, so that those who wait do not meet again and again.
    await sleep(1 + Math.random() * 9)
  }
}

async function answering<Result>(
  running: Promise<Result>,
  failed: (error: unknown) => void,
): Promise<Result> {
  try {
    return await running
  } catch (error) {
    if (error instanceof TypeError || error instanceof AuthError) throw error
    failed(error)
    throw unavailable(error)
  }
}
