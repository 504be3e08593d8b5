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
    now: { meaning: 'sign with it at once; asks for confirmation' },
    ...yesOption,
    ...jsonOption,
  },
  notes:
    'The new key is published first and signs once every verifier knows it. With\n' +
    '--now it signs at once: services that keep the old key set for a while refuse\n' +
    'its tokens until they read the new one.',
  example: 'countersign keys rotate',
  run: async (input, context) => {
    const isNow = input.isOn('now')
    const question = 'Sign with a new key at once, before every service knows it?'
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
