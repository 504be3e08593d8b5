/** `countersign keys …`: the keys that sign access tokens. */

import type { KeyView } from './admin-auth.ts'
import { type Command, type CommandGroup, jsonOption, withAuth, yesOption } from './command.ts'
import { toJson } from './printable.ts'
import { confirm } from './questions.ts'
import { formatTable, shortTime } from './table.ts'

const list: Command = {
  name: 'list',
  summary: 'Lists the signing keys.',
  positionals: [],
  options: jsonOption,
  example: 'countersign keys list',
  run: (input, context) =>
    withAuth(context, async (auth) => {
      const keys = await auth.keys.list()
      context.io.write(input.isOn('json') ? toJson(keys.map(keyJson)) : keyTable(keys))
    }),
}

const rotate: Command = {
  name: 'rotate',
  summary: 'Makes a new signing key.',
  positionals: [],
  options: {
    now: { meaning: 'for a key that leaked: all others end; asks for confirmation' },
    ...yesOption,
    ...jsonOption,
  },
  notes:
    'The new key is published first and signs once every verifier knows it; nobody\n' +
    'notices. With --now it signs at once and all other keys end: every access token\n' +
    'is refused until its client has refreshed, which needs no new log-in.',
  example: 'countersign keys rotate',
  run: async (input, context) => {
    const isNow = input.isOn('now')
    const question = 'End all other keys, and with them every access token, at once?'
    await confirm(context.io, question, !isNow || input.isOn('yes'))
    await withAuth(context, async (auth) => {
      const { kid, activeAt } = await auth.keys.rotate(isNow ? { now: true } : {})
      const sentence = `Key ${kid} is made and signs from ${shortTime(activeAt)} on.`
      context.io.write(input.isOn('json') ? toJson({ kid, activeAt }) : sentence)
    })
  },
}

const keyJson = ({ kid, algorithm, createdAt, activeAt, state }: KeyView) => ({
  kid,
  algorithm,
  createdAt,
  activeAt,
  state,
})

function keyTable(keys: readonly KeyView[]): string {
  if (keys.length === 0) return 'No keys.'
  const rows = keys.map(({ kid, algorithm, state, createdAt, activeAt }) => [
    ...[algorithm, state, shortTime(createdAt), shortTime(activeAt)],
    kid,
  ])
  return formatTable(['ALGORITHM', 'STATE', 'CREATED', 'ACTIVE FROM', 'KID'], rows)
}

export const keysGroup: CommandGroup = { name: 'keys', commands: [list, rotate] }
