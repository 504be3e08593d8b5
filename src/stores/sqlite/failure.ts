/**
 * What a driver's error means: SQLite's result code, and the sentence for a failed start.
 */

/** Primary result codes (https://www.sqlite.org/rescode.html). */
const busy = 5
const locked = 6
const corrupt = 11
const notADatabase = 26

/** Another connection holds the lock; the same statement can succeed a moment later. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error)
  return code === busy || code === locked
}

/** Turns what went wrong while opening into a sentence that names the file. */
export function startUpError(path: string, cause: unknown): Error {
  return new Error(sentence(path, cause), { cause })
}

function sentence(path: string, cause: unknown): string {
  const code = resultCode(cause)
  if (code === notADatabase) return `The file ${path} is not an SQLite database.`
  if (code === corrupt) return `The SQLite database ${path} is damaged; restore a backup.`
  if (isBusy(cause)) return `The SQLite database ${path} is locked by another process.`
  return `Cannot open the SQLite database ${path}: ${reason(cause)}`
}

const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

/** `errcode` of node:sqlite, `rawCode` of libsql; the low byte is the primary code. */
function resultCode(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { errcode, rawCode } = error as { errcode?: unknown; rawCode?: unknown }
  const code = errcode ?? rawCode
  return typeof code === 'number' ? code & 0xff : undefined
}
