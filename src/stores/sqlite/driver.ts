/**
 * The SQLite driver: one small synchronous interface over `node:sqlite` and the `libsql` package.
 *
 * Both are described structurally (only what is used), so neither is a dependency of the types.
 * Holds no policy: waiting, transactions and error codes of ours are in `database.ts`.
 */

export type DriverName = 'node' | 'libsql'
export type SqlValue = string | number | bigint | null | Uint8Array

export interface Statement {
  /** Runs to the end, so that no read lock stays behind. */
  all(parameters: readonly SqlValue[]): readonly unknown[]
  /** @returns the number of rows that changed. */
  run(parameters: readonly SqlValue[]): number
}

export interface Driver {
  readonly name: DriverName
  exec(sql: string): void
  prepare(sql: string): Statement
  close(): void
}

interface NodeStatement {
  all(...parameters: readonly SqlValue[]): readonly unknown[]
  run(...parameters: readonly SqlValue[]): { readonly changes: number | bigint }
}

interface NodeDatabase {
  exec(sql: string): void
  prepare(sql: string): NodeStatement
  close(): void
}

interface NodeSqlite {
  readonly DatabaseSync: new (path: string, options: { readonly timeout: number }) => NodeDatabase
}

interface LibsqlStatement {
  all(parameters: readonly SqlValue[]): Record<string, unknown>[]
  run(parameters: readonly SqlValue[]): { readonly changes: number }
}

interface LibsqlDatabase {
  exec(sql: string): void
  prepare(sql: string): LibsqlStatement
  close(): void
}

interface Libsql {
  readonly default: new (path: string, options: { readonly timeout: number }) => LibsqlDatabase
}

/** Opens a file without a busy wait, which would block the event loop. */
export async function openDriver(path: string, name?: DriverName): Promise<Driver> {
  const builtIn = name === 'libsql' ? undefined : loadNodeSqlite()
  if (builtIn !== undefined) return nodeDriver(new builtIn.DatabaseSync(path, { timeout: 0 }))
  if (name === 'node') throw new Error('This Node.js has no node:sqlite; 22.13 and later have it.')
  const { default: LibsqlConstructor } = (await import('libsql')) as unknown as Libsql
  return libsqlDriver(new LibsqlConstructor(path, { timeout: 0 }))
}

/** Drivers that this Node.js can use, the preferred one first. */
export function availableDrivers(): readonly DriverName[] {
  return loadNodeSqlite() === undefined ? ['libsql'] : ['node', 'libsql']
}

function loadNodeSqlite(): NodeSqlite | undefined {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  // Before these versions the module needs a flag.
  const free = major >= 24 || (major === 23 && minor >= 4) || (major === 22 && minor >= 13)
  if (!free) return undefined
  // Undefined where Node.js was built without SQLite.
  return process.getBuiltinModule('node:sqlite') as NodeSqlite | undefined
}

function nodeDriver(database: NodeDatabase): Driver {
  return {
    name: 'node',
    exec: (sql) => database.exec(sql),
    prepare: (sql) => {
      const statement = database.prepare(sql)
      return {
        all: (parameters) => statement.all(...checked(parameters)),
        run: (parameters) => Number(statement.run(...checked(parameters)).changes),
      }
    },
    close: () => database.close(),
  }
}

function libsqlDriver(database: LibsqlDatabase): Driver {
  return {
    name: 'libsql',
    exec: (sql) => database.exec(sql),
    prepare: (sql) => {
      const statement = database.prepare(sql)
      return {
        // Never `get`: it leaves the statement open, and with it an old snapshot of the file.
        all: (parameters) => statement.all(checked(parameters)).map(withBytes),
        run: (parameters) => statement.run(checked(parameters)).changes,
      }
    },
    close: () => database.close(),
  }
}

function withBytes(row: Record<string, unknown>): Record<string, unknown> {
  for (const column in row) {
    const value = row[column]
    if (value instanceof ArrayBuffer) row[column] = new Uint8Array(value)
  }
  return row
}

// libsql aborts the whole process when it is given a boolean or an object.
function checked(parameters: readonly SqlValue[]): readonly SqlValue[] {
  for (const value of parameters) {
    if (!isBindable(value)) throw new TypeError(`cannot bind a value of type ${typeof value}`)
  }
  return parameters
}

function isBindable(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  return (
    typeof value === 'string' ||
    typeof value === 'bigint' ||
    value === null ||
    value instanceof Uint8Array
  )
}
