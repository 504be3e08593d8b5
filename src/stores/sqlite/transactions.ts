/**
 * Transactions, those of one turn of the loop together: beginning, committing and, for durable ones,
 * waiting for the disk cost once for all of them (group commit).
 *
 * One that throws is nobody else's concern: the whole is rolled back, and each runs again by itself.
 */

import { inOneTurn } from '../../in-one-turn.ts'
import type { SqlValue } from './driver.ts'
import { isBusy } from './failure.ts'

/** All tables are STRICT, so a row has the types of its columns. */
export interface Queries {
  get<Row>(sql: string, parameters?: readonly SqlValue[]): Row | undefined
  all<Row>(sql: string, parameters?: readonly SqlValue[]): readonly Row[]
  /** @returns the number of rows that changed. */
  run(sql: string, parameters?: readonly SqlValue[]): number
}

export interface Transaction extends Queries {
  /** Calls back once the transaction is committed, and never when it is not. */
  afterCommit(callback: () => void): void
}

export interface TransactionOptions {
  /** Waits until the disk has it, and everything before it. @default false */
  readonly durable?: boolean
  /** Changes nothing, and needs no lock that another connection may hold. @default false */
  readonly readOnly?: boolean
}

/** `fn` is synchronous, and runs again when a lock or another's error was in the way. */
export type RunTransaction = <Result>(
  fn: (transaction: Transaction) => Result,
  options: TransactionOptions,
) => Promise<Result>

export interface TransactionParts {
  readonly queries: Queries
  readonly exec: (sql: string) => void
  /** Runs an attempt, and again while another connection holds the lock. */
  readonly whenFree: <Result>(attempt: () => Result) => Promise<Result>
  /** Throws when nothing may be written any more. */
  readonly check: (queries: Queries) => void
}

interface Step {
  readonly fn: (transaction: Transaction) => unknown
  readonly options: TransactionOptions
  readonly resolve: (result: never) => void
  readonly reject: (error: unknown) => void
}

const kinds = ['readOnly', 'plain', 'durable'] as const

const kindOf = ({ readOnly, durable }: TransactionOptions) =>
  readOnly ? 'readOnly' : durable ? 'durable' : 'plain'

/** Bounds the time for which one commit keeps the loop. */
const mostTogether = 64

export function createTransactions(parts: TransactionParts): RunTransaction {
  const add = inOneTurn<Step>(mostTogether, (steps) => {
    // Apart, so that nobody waits for a lock or for the disk on another's account.
    for (const kind of kinds) {
      void runTogether(
        parts,
        steps.filter(({ options }) => kindOf(options) === kind),
      )
    }
  })

  return (fn, options) => new Promise((resolve, reject) => add({ fn, options, resolve, reject }))
}

async function runTogether(parts: TransactionParts, steps: readonly Step[]): Promise<void> {
  const [first, second] = steps
  if (first === undefined) return
  try {
    const results = await parts.whenFree(() => attempt(parts, steps))
    steps.forEach(({ resolve }, at) => {
      resolve(results[at] as never)
    })
  } catch (error) {
    if (second === undefined || isBusy(error)) {
      for (const { reject } of steps) reject(error)
    } else {
      for (const step of steps) await runTogether(parts, [step])
    }
  }
}

function attempt(parts: TransactionParts, steps: readonly Step[]): unknown[] {
  const run = (): unknown[] => commit(parts, steps)
  return steps[0]?.options.durable ? fullySynced(parts.exec, run) : run()
}

function commit({ queries, check }: TransactionParts, steps: readonly Step[]): unknown[] {
  const callbacks: (() => void)[] = []
  const afterCommit = (callback: () => void): void => void callbacks.push(callback)
  // The lock is asked for at the start: asked for after a read, it is refused when another connection
  // has written in between, and libsql then keeps that read's old snapshot open.
  const isReadOnly = steps[0]?.options.readOnly === true
  queries.run(isReadOnly ? 'BEGIN' : 'BEGIN IMMEDIATE')
  try {
    if (!isReadOnly) check(queries)
    const transaction = { ...queries, afterCommit }
    const results = steps.map(({ fn }) => fn(transaction))
    queries.run('COMMIT')
    for (const callback of callbacks) callback()
    return results
  } catch (error) {
    quietly(() => queries.run('ROLLBACK'))
    throw error
  }
}

// A pragma acts when it is compiled, so it cannot be a cached statement.
function fullySynced<Result>(exec: (sql: string) => void, attempt: () => Result): Result {
  exec('PRAGMA synchronous = FULL')
  try {
    return attempt()
  } finally {
    // After a commit nothing may throw: it would be done twice. Staying at FULL is only slower.
    quietly(() => exec('PRAGMA synchronous = NORMAL'))
  }
}

export function quietly(attempt: () => unknown): void {
  try {
    attempt()
  } catch {
    // Whatever led here has its own error.
  }
}
