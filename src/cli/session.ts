/** `countersign session …`: where an account is logged in. */

import { AuthError } from '../errors.ts'
import type { SessionView } from '../wire.ts'
import { type Command, type CommandGroup, jsonOption, withAuth } from './command.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { findAccount } from './find-account.ts'
import { printable, toJson } from './printable.ts'
import { formatTable, shortTime } from './table.ts'

const sessionNotes =
  'The account is named by its id, username or e-mail address. Sessions are where\nREDIS_URL says, else in the database.'

const list: Command = {
  name: 'list',
  summary: 'Lists the sessions of an account.',
  positionals: ['user'],
  options: jsonOption,
  notes: sessionNotes,
  example: 'countersign session list ada',
  run: (input, context) =>
    withAuth(context, async (auth) => {
      const { id } = await findAccount(auth, input.positional('user'))
      const sessions = await auth.sessions.list(id)
      const isJson = input.isOn('json')
      context.io.write(isJson ? toJson(sessions.map(sessionJson)) : sessionTable(sessions))
    }),
}

const end: Command = {
  name: 'end',
  summary: 'Ends one session: its device is logged out.',
  positionals: ['user', 'session-id'],
  options: jsonOption,
  notes: sessionNotes,
  example: 'countersign session end ada 01998d2e-7c1b-7f3a-9d53-0c8a52f4b6e1',
  run: (input, context) =>
    withAuth(context, async (auth) => {
      const { id } = await findAccount(auth, input.positional('user'))
      const sessionId = input.positional('session-id')
      await auth.sessions.end(id, sessionId).catch((error: unknown) => {
        if (!(error instanceof AuthError && error.code === 'not_found')) throw error
        const sentence = `The account has no session '${printable(sessionId)}'.`
        throw new CommandError(sentence, exitCodes.notFound)
      })
      const sentence = `Session ${printable(sessionId)} has ended.`
      context.io.write(input.isOn('json') ? toJson({ id: sessionId }) : sentence)
    }),
}

/** Without `current`: nobody asks from within a session here. */
const sessionJson = (session: SessionView) => ({
  id: session.id,
  createdAt: session.createdAt,
  lastUsedAt: session.lastUsedAt,
  userAgent: session.userAgent,
  address: session.address,
})

function sessionTable(sessions: readonly SessionView[]): string {
  if (sessions.length === 0) return 'No sessions.'
  const rows = sessions.map(({ id, lastUsedAt, address, userAgent }) => [
    id,
    shortTime(lastUsedAt),
    address ?? '-',
    shortened(userAgent ?? '-'),
  ])
  return formatTable(['ID', 'LAST USED', 'ADDRESS', 'DEVICE'], rows)
}

const deviceLength = 40

const shortened = (text: string): string =>
  text.length > deviceLength ? `${text.slice(0, deviceLength - 1)}…` : text

export const sessionGroup: CommandGroup = { name: 'session', commands: [list, end] }
