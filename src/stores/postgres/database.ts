/**
 * Statements on a pool of connections: each is one transaction and one round trip, with a deadline.
 *
 * Nothing that matters stays behind on a connection, so a pool of PgBouncer in transaction mode does as
 * well: where it does not carry prepared statements along, they are sent in full from then on.
 */

import { AuthError, unavailable } from '../../errors.ts'
import { createBreaker } from '../breaker.ts'
import { before } from './deadline.ts'
import {
  isBroken,
  isMisprepared,
  isOutage,
  isPassing,
  isUniqueViolation,
  isUnstorable,
  operatorWarnings,
} from './failure.ts'
import type { PostgresClient, PostgresPool } from './pool.ts'
import { type CompiledStatement, createCompiler, type SqlValues } from './statement.ts'

export interface Database {
  readonly schema: string
  /** Stands for the database's clock, for tests. */
  readonly clock: (() => number) | undefined
  /**
   * Sends one statement. @returns its rows. One whose first row has `standby` true is refused.
   * @throws UniqueViolation, or AuthError `temporarily_unavailable`.
   */
  run<Row>(
    sql: string,
    values?: SqlValues,
    options?: { readonly within?: Milliseconds },
  ): Promise<readonly Row[]>
  /** A connection of one's own; to be released. */
  connect(): Promise<PostgresClient>
  isClosed(): boolean
  close(): void
}

type Milliseconds = number

/** Deadlines of a statement in milliseconds (SECURITY.md, fault matrix). */
export const onTokenPath = 800
export const elsewhere = 2000
/** Of a statement that reads or writes many records for a move to another store. */
export const bulk = Object.freeze({ within: 30_000 })

/** A name, an address or a number that must be unique is in use. */
export class UniqueViolation extends Error {
  override readonly name = 'UniqueViolation'
}

class StandbyError extends Error {
  override readonly name = 'StandbyError'

  constructor(where: string) {
    super(`${where} is a standby`)
  }
}

export interface DatabaseOptions {
  readonly pool: PostgresPool
  readonly schema: string
  /** How messages call it; without credentials. */
  readonly where: string
  /** Stands for the database's clock, for tests. */
  readonly clock?: (() => number) | undefined
  /** Whether connections keep statements parsed and planned. @default true */
  readonly prepares?: boolean
}

/** Callers beyond it are let go at once: a queue that long only makes everybody late. */
const mostWaiting = 1000
const triesAfterDeadlock = 3

export function createDatabase(options: DatabaseOptions): Database {
  const { pool, schema, where, clock } = options
  const compile = createCompiler(schema)
  const breaker = createBreaker()
  const warnings = operatorWarnings(where)
  const heard = new WeakSet<PostgresClient>()
  let waiting = 0
  let closed = false
  let prepares = options.prepares ?? true
  // Without a listener a connection that is cut would end the process: the pool's for an idle one,
  // its own for one that is in use. The event comes before the pool stops listening itself.
  const hear = (subject: unknown): void => {
    const client = subject as PostgresClient
    if (!heard.has(client)) client.on('error', ignore)
    heard.add(client)
  }
  const ignore = (): void => {}
  pool.on('error', ignore)
  pool.on('acquire', hear)

  async function connect(until: number): Promise<PostgresClient> {
    if (waiting >= mostWaiting) throw new Error('too many wait for a connection')
    waiting += 1
    try {
      return await before(until, pool.connect(), (late) => late.release())
    } finally {
      waiting -= 1
    }
  }

  async function query(
    client: PostgresClient,
    { name, text }: CompiledStatement,
    values: unknown[],
  ) {
    if (!prepares) return client.query({ text, values })
    try {
      return await client.query({ name, text, values })
    } catch (error) {
      if (!isMisprepared(error)) throw error
      prepares = false
      return client.query({ text, values })
    }
  }

  async function once<Row>(statement: CompiledStatement, values: unknown[], until: number) {
    const client = await connect(until)
    try {
      const { rows } = await before(until, query(client, statement, values))
      if ((rows[0] as { standby?: boolean } | undefined)?.standby) throw new StandbyError(where)
      client.release()
      return rows as readonly Row[]
    } catch (error) {
      client.release(isBroken(error))
      throw error
    }
  }

  async function send<Row>(statement: CompiledStatement, values: unknown[], until: number) {
    for (let tries = 1; ; tries += 1) {
      try {
        return await once<Row>(statement, values, until)
      } catch (error) {
        if (!isPassing(error) || tries === triesAfterDeadlock) throw error
      }
    }
  }

  return Object.freeze<Database>({
    schema,
    clock,
    async run<Row>(sql: string, given: SqlValues = {}, { within = elsewhere } = {}) {
      if (closed) throw unavailable(new Error('The database is closed.'))
      if (!breaker.mayTry()) throw unavailable(new Error(`${where} does not answer`))
      const statement = compile(sql)
      const values = statement.names.map((name) =>
        name === 'now' ? (clock?.() ?? null) : bound(given, name),
      )
      try {
        const rows = await send<Row>(statement, values, performance.now() + within)
        breaker.succeeded()
        warnings.succeeded()
        return rows
      } catch (error) {
        if (isOutage(error)) breaker.failed()
        else breaker.succeeded()
        if (isUniqueViolation(error))
          throw new UniqueViolation('a value is taken', { cause: error })
        if (isUnstorable(error)) return []
        if (error instanceof TypeError || error instanceof AuthError) throw error
        warnings.failed(error)
        throw unavailable(error)
      }
    },
    connect: () => connect(performance.now() + elsewhere),
    isClosed: () => closed,
    close() {
      if (closed) return
      closed = true
      pool.removeListener('error', ignore)
      pool.removeListener('acquire', hear)
    },
  })
}

function bound(given: SqlValues, name: string): unknown {
  const value = given[name]
  if (value === undefined) throw new TypeError(`the statement lacks a value for ${name}`)
  return value instanceof Uint8Array ? Buffer.from(value) : value
}
