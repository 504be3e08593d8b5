/**
 * What a driver's error means: SQLite's result code, and the sentences for whoever runs the server.
 */

/** Primary result codes (https://www.sqlite.org/rescode.html). */
const busy = 5
const locked = 6
const readOnly = 8
const inputOutput = 10
const corrupt = 11
const full = 13
const cannotOpen = 14
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

/**
 * What an operator has to do something about while the server runs.
 *
 * @returns undefined for what passes by itself, such as a lock, and for what is nobody's fault.
 */
function operatorSentence(path: string, error: unknown): string | undefined {
  if (error instanceof NewerSchemaError) return error.message
  const code = resultCode(error)
  return code === undefined ? undefined : sentences[code]?.(path)
}

/** Says each thing once, until a write succeeds: a full disk would fill the log as well. */
export function operatorWarnings(path: string) {
  const said = new Set<string>()
  let started = false
  return {
    start: () => {
      started = true
    },
    failed(error: unknown): void {
      const sentence = operatorSentence(path, error)
      if (!started || sentence === undefined || said.has(sentence)) return
      said.add(sentence)
      process.emitWarning(sentence, 'CountersignWarning')
    },
    written: () => said.clear(),
  }
}

/** The file was brought to a newer version while this process ran. */
export class NewerSchemaError extends Error {
  override readonly name = 'NewerSchemaError'

  constructor(path: string, found: number, known: number) {
    super(
      `The SQLite database ${path} now has schema version ${found}, and this process knows ` +
        `${known}; it writes nothing until it is replaced by the newer release.`,
    )
  }
}

const sentences: Readonly<Record<number, (path: string) => string>> = {
  [notADatabase]: (path) => `The file ${path} is not an SQLite database.`,
  [corrupt]: (path) => `The SQLite database ${path} is damaged; restore a backup.`,
  [full]: (path) => `The disk of the SQLite database ${path} is full.`,
  [readOnly]: (path) => `The SQLite database ${path} cannot be written.`,
  [inputOutput]: (path) => `The disk of the SQLite database ${path} does not read or write.`,
  [cannotOpen]: (path) => `The SQLite database ${path}, or a file beside it, cannot be opened.`,
}

function sentence(path: string, cause: unknown): string {
  if (isBusy(cause)) return `The SQLite database ${path} is locked by another process.`
  return (
    operatorSentence(path, cause) ?? `Cannot open the SQLite database ${path}: ${reason(cause)}`
  )
}

const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

/** `errcode` of node:sqlite, `rawCode` of libsql; the low byte is the primary code. */
function resultCode(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { errcode, rawCode } = error as { errcode?: unknown; rawCode?: unknown }
  const code = errcode ?? rawCode
  return typeof code === 'number' ? code & 0xff : undefined
}
