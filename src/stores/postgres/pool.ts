/**
 * The `pg.Pool` that an application already has, taken by its shape: only the methods used.
 */

export interface PostgresPool {
  connect(): Promise<PostgresClient>
  on(event: 'acquire' | 'error', listener: (subject: unknown) => void): unknown
  removeListener(event: 'acquire' | 'error', listener: (subject: unknown) => void): unknown
  end?(): Promise<unknown>
  /** `max`: how many connections it makes at most. */
  readonly options?: { readonly max?: number | undefined }
}

export interface PostgresClient {
  query(statement: PostgresStatement): Promise<PostgresResult>
  /** @param destroy true closes the connection and does not give it to anybody else. */
  release(destroy?: boolean): void
  on(event: 'notification' | 'error' | 'end', listener: () => void): unknown
  removeListener(event: 'notification' | 'error' | 'end', listener: () => void): unknown
}

export interface PostgresStatement {
  /** Under which the connection keeps it parsed and planned. */
  readonly name?: string
  readonly text: string
  readonly values: unknown[]
}

export interface PostgresResult {
  readonly rows: unknown[]
}
