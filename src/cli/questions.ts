/** What commands ask people: passwords, never on the command line, and confirmations. */

import { CommandError, exitCodes, MisuseError } from './exit-codes.ts'
import type { Io } from './io.ts'

export const passwordNotes =
  'The password is asked for, twice and without echo; where standard input is no\n' +
  'terminal, it is its first line. It cannot be given on the command line, where\n' +
  'other people of the machine could read it.'

/** A new password: from the prompt, typed twice, or from the first line of stdin. */
export async function askNewPassword(io: Io): Promise<string> {
  if (!io.isTty) return given(await io.readLine())
  const password = given(answered(await io.ask('New password: ', { hidden: true })))
  const repeated = answered(await io.ask('The same again: ', { hidden: true }))
  if (password === repeated) return password
  throw new CommandError('The two passwords differ; nothing was changed.', exitCodes.refused)
}

/** Returns when the person agrees, or did by `--yes`; anything but yes is a no. */
export async function confirm(io: Io, question: string, isAgreed: boolean): Promise<void> {
  if (isAgreed) return
  if (!io.isTty) throw new MisuseError('there is nobody to ask for confirmation; pass --yes')
  const answer = answered(await io.ask(`${question} [y/N] `))
  if (!/^(y|yes)$/i.test(answer.trim())) throw cancelled()
}

function given(password: string | undefined): string {
  if (password) return password
  throw new MisuseError('no password was given; it is typed, or the first line of standard input')
}

function answered(answer: string | undefined): string {
  if (answer === undefined) throw cancelled()
  return answer
}

const cancelled = (): CommandError =>
  new CommandError('Cancelled; nothing was changed.', exitCodes.failed)
