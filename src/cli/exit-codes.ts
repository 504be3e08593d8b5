/** What the exit codes mean, and how a failure gets its code and its words. */

import { AuthError, type ErrorCode } from '../errors.ts'
import { printableLines } from './printable.ts'

export const exitCodes = {
  done: 0,
  failed: 1,
  misused: 2,
  notFound: 3,
  refused: 4,
} as const

export const exitCodesHelp = `Exit codes:
  0  done
  1  failed: a store is down, a configuration that is not valid, cancelled
  2  misuse: an unknown command or option, something is missing
  3  not found: no such account or session
  4  refused: the name is taken, the password or a value is not allowed
`

/** The command line was wrong; the usage of the command is shown with the complaint. */
export class MisuseError extends Error {
  override readonly name = 'MisuseError'
}

/** A failure that is told in one sentence and has its own exit code. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly exitCode: number

  constructor(message: string, exitCode: number) {
    super(message)
    this.exitCode = exitCode
  }
}

const refusals: readonly ErrorCode[] = [
  'username_taken',
  'email_taken',
  'password_refused',
  'invalid_request',
  'conflict',
]

export function exitCodeOf(error: unknown): number {
  if (error instanceof MisuseError) return exitCodes.misused
  if (error instanceof CommandError) return error.exitCode
  if (!(error instanceof AuthError)) return exitCodes.failed
  if (error.code === 'not_found') return exitCodes.notFound
  return refusals.includes(error.code) ? exitCodes.refused : exitCodes.failed
}

const unavailableSentence = 'A store (DATABASE_URL, REDIS_URL) does not answer; try again.'

/** The sentences for stderr. A cause is never shown: it may hold an address or a value. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return printableLines(String(error))
  if (!(error instanceof AuthError)) return printableLines(error.message)
  if (error.code === 'temporarily_unavailable') return unavailableSentence
  if (error.code !== 'invalid_request') return printableLines(error.message)
  const fields = (error.details.fields ?? []).map(({ field, message }) =>
    field === '' ? `  ${message}` : `  ${field}: ${message}`,
  )
  return printableLines([error.message, ...fields].join('\n'))
}
