/** `countersign user import`: accounts from another store, one JSON object a line. */

import { AuthError } from '../errors.ts'
import type { AdminAuth, ImportedUser } from './admin-auth.ts'
import { type Command, type Context, jsonOption, withAuth } from './command.ts'
import { CommandError, describeError, exitCodeOf, exitCodes } from './exit-codes.ts'
import { printable, toJson } from './printable.ts'

const fields = ['externalId', 'username', 'email', 'name', 'passwordHash', 'roles', 'scopes']

export const userImport: Command = {
  name: 'import',
  summary: 'Makes accounts of the users of another store.',
  positionals: ['file'],
  options: jsonOption,
  notes: `The file has one JSON object a line ('-' is standard input), such as
  {"externalId":"66f0c1","email":"ada@example.org","passwordHash":"$2b$10$..."}
Needed are externalId, passwordHash, and username or email; there may be name,
roles and scopes. A line whose externalId is there already changes nothing, so
the same file can be imported again. Refused lines are told by number on
standard error; the others are imported.`,
  example: 'countersign user import users.jsonl',
  run: (input, context) =>
    withAuth(context, async (auth) => {
      const counts = await importAll(auth, input.positional('file'), context)
      const { created, exists, deleted, refused } = counts
      const parts = [
        `${created} made`,
        `${exists} were there`,
        ...(deleted > 0 ? [`${deleted} had been deleted here and stay so`] : []),
        `${refused} refused`,
      ]
      context.io.write(input.isOn('json') ? toJson(counts) : `${parts.join(', ')}.`)
      if (refused > 0) {
        throw new CommandError(
          'Some lines were refused; mend them and import again.',
          exitCodes.refused,
        )
      }
    }),
}

async function importAll({ users }: AdminAuth, file: string, { io }: Context) {
  const counts = { created: 0, exists: 0, deleted: 0, refused: 0 }
  let number = 0
  for await (const line of io.readLines(file)) {
    number += 1
    if (line.trim() === '') continue
    try {
      const { outcome } = await users.import(readUser(line))
      counts[outcome] += 1
    } catch (error) {
      if (exitCodeOf(error) !== exitCodes.refused) throw stopped(number, error)
      counts.refused += 1
      io.writeError(`line ${number}: ${describeError(error).replace(/\n\s*/g, ' ')}`)
    }
  }
  return counts
}

/** @throws AuthError `invalid_request`; no value of the line is in it. */
function readUser(line: string): ImportedUser {
  const user = parse(line)
  if (typeof user !== 'object' || user === null || Array.isArray(user)) {
    throw new AuthError('invalid_request', { message: 'This is not a JSON object.' })
  }
  const unknown = Object.keys(user).filter((name) => !fields.includes(name))
  if (unknown.length > 0) {
    // Rather refused than an account without what a mistyped name was to give it.
    const names = unknown.map((name) => printable(name.slice(0, 40))).join(', ')
    throw new AuthError('invalid_request', { message: `There is no field ${names}.` })
  }
  return user as ImportedUser
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const stopped = (number: number, error: unknown): Error =>
  new CommandError(
    `Stopped at line ${number}: ${describeError(error)} Import the file again to go on.`,
    exitCodeOf(error),
  )
