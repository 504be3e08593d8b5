/**
 * What a driver's error means: SQLSTATE, and the sentences for whoever runs the server.
 */

/** @returns the five characters of PostgreSQL's error codes (appendix A of its manual). */
export function sqlState(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  const { code } = error
  // Node's own codes, such as ECONNREFUSED and EPIPE, are words.
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && /\d/.test(code)
    ? code
    : undefined
}

export const isUniqueViolation = (error: unknown): boolean => sqlState(error) === '23505'

/** The statement was rolled back because of another one, and can be sent again. */
export const isPassing = (error: unknown): boolean =>
  ['40001', '40P01'].includes(sqlState(error) ?? '')

/** No text in PostgreSQL holds U+0000, so there is no row with this value. */
export const isUnstorable = (error: unknown): boolean =>
  ['22021', '22P05'].includes(sqlState(error) ?? '')

/**
 * The connection does not know the statement by its name, or knows it already, or its plan is of
 * before a migration. Nothing was done.
 */
export const isMisprepared = (error: unknown): boolean =>
  ['26000', '42P05', '0A000'].includes(sqlState(error) ?? '')

const readOnly = '25006'
const inRecovery = '55000'

/**
 * Whether the connection is of no more use. That of a server which is read-only leads to one that
 * was the primary before a failover.
 */
export function isBroken(error: unknown): boolean {
  const state = sqlState(error)
  if (state === undefined || state === readOnly || state === inRecovery) return true
  return ['08', '57', '58', 'XX'].includes(state.slice(0, 2))
}

/** Whether it tells of a server that is not there. A reply that is an error is a reply. */
export const isOutage = (error: unknown): boolean => sqlState(error) === undefined

/** Turns what went wrong while opening into a sentence that names the database, and no password. */
export function startUpError(where: string, cause: unknown): Error {
  return new Error(sentence(where, cause), { cause })
}

/** Says each thing once, until something succeeds. */
export function operatorWarnings(where: string) {
  const said = new Set<string>()
  return {
    failed(error: unknown): void {
      const text = sentences[sqlState(error) ?? '']?.(where)
      if (text === undefined || said.has(text)) return
      said.add(text)
      process.emitWarning(text, 'CountersignWarning')
    },
    succeeded: () => said.clear(),
  }
}

const sentences: Readonly<Record<string, (where: string) => string>> = {
  '28P01': (where) => `${where} refuses the password.`,
  '28000': (where) => `${where} refuses the user.`,
  '3D000': (where) => `${where} does not exist; make it with createdb.`,
  '42501': (where) => `${where} does not allow this user what it needs (docs/postgresql.md).`,
  '42P01': (where) => `${where} lacks a table; run countersign migrate.`,
  '53100': (where) => `${where} has no room left on its disk.`,
  '53300': (where) => `${where} has no connection to spare.`,
}

function sentence(where: string, cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause)
  if (/unsupported startup parameter/.test(text)) {
    return `${where} is behind PgBouncer; add pgbouncer=true to the parameters of the URL.`
  }
  return sentences[sqlState(cause) ?? '']?.(where) ?? `${where} cannot be opened: ${text}`
}
