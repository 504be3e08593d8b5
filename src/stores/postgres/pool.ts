/**
 * The `pg.Pool` that an application already has, taken by its shape: only the methods used.
 */

export interface PostgresPool {
  connect(): Promise<PostgresClient>
  on(event: 'error', listener: (error: Error) => void): unknown
  listenerCount?(event: 'error'): number
  end?(): Promise<unknown>
}

export interface PostgresClient {
  query(statement: PostgresStatement): Promise<PostgresResult>
  /** @param destroy true closes the connection and does not give it to anybody else. */
  release(destroy?: boolean): void
  on(event: 'notification' | 'error' | 'end', listener: () => void): unknown
  removeListener(event: 'notification' | 'error' | 'end', listener: () => void): unknown
}

/** No name: a prepared statement would be state of the connection, which PgBouncer shares. */
export interface PostgresStatement {
  readonly text: string
  readonly values: unknown[]
}

export interface PostgresResult {
  readonly rows: unknown[]
}

/** The one place that tells a pool from other things. */
export const isPostgresPool = (value: unknown): value is PostgresPool =>
  typeof value === 'object' &&
  value !== null &&
  'connect' in value &&
  'totalCount' in value &&
  'idleCount' in value
