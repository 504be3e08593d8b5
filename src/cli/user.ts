/** `countersign user …`: the accounts. */

import type { Command, CommandGroup, Context, Input } from './command.ts'
import { jsonOption, withAuth, yesOption } from './command.ts'
import { accountJson, accountRecord, findAccount, labelOf } from './find-account.ts'
import { toJson } from './printable.ts'
import { askNewPassword, confirm, passwordNotes } from './questions.ts'
import { userCreate } from './user-create.ts'
import { userImport } from './user-import.ts'
import { userList } from './user-list.ts'
import { changeNames } from './user-names.ts'

const namedBy = 'The account is named by its id, username or e-mail address.'
const oneUser = { positionals: ['user'], notes: namedBy } as const

const show: Command = {
  ...oneUser,
  name: 'show',
  summary: 'Shows one account.',
  options: jsonOption,
  example: 'countersign user show ada',
  run: (input, context) =>
    withAuth(context, async (auth) => {
      const account = await findAccount(auth, input.positional('user'))
      const isJson = input.isOn('json')
      context.io.write(isJson ? toJson(accountJson(account)) : accountRecord(account))
    }),
}

const disable: Command = {
  ...oneUser,
  name: 'disable',
  summary: 'Locks an account out and ends its sessions.',
  options: jsonOption,
  example: 'countersign user disable ada',
  run: setStatus('disable', 'is disabled'),
}

const enable: Command = {
  ...oneUser,
  name: 'enable',
  summary: 'Lets a disabled account in again.',
  options: jsonOption,
  example: 'countersign user enable ada',
  run: setStatus('enable', 'is enabled'),
}

const unlock: Command = {
  ...oneUser,
  name: 'unlock',
  summary: 'Forgets wrong passwords that have locked an account.',
  options: jsonOption,
  example: 'countersign user unlock ada',
  run: setStatus('unlock', 'is unlocked'),
}

function setStatus(verb: 'disable' | 'enable' | 'unlock', outcome: string): Command['run'] {
  return (input: Input, context: Context) =>
    withAuth(context, async (auth) => {
      const { id } = await findAccount(auth, input.positional('user'))
      const account = await auth.users[verb](id)
      const sentence = `Account ${labelOf(account)} ${outcome}.`
      context.io.write(input.isOn('json') ? toJson(accountJson(account)) : sentence)
    })
}

const setPassword: Command = {
  name: 'set-password',
  summary: 'Gives an account a new password and ends its sessions.',
  positionals: ['user'],
  options: jsonOption,
  notes: `${namedBy}\n${passwordNotes}`,
  example: 'countersign user set-password ada',
  run: (input, context) =>
    withAuth(context, async (auth) => {
      const { id } = await findAccount(auth, input.positional('user'))
      const account = await auth.users.setPassword(id, await askNewPassword(context.io))
      const sentence = `Account ${labelOf(account)} has a new password.`
      context.io.write(input.isOn('json') ? toJson(accountJson(account)) : sentence)
    }),
}

const remove: Command = {
  ...oneUser,
  name: 'delete',
  summary: 'Deletes an account and all it has, for good.',
  options: { ...yesOption, ...jsonOption },
  example: 'countersign user delete ada --yes',
  run: (input, context) =>
    withAuth(context, async (auth) => {
      const account = await findAccount(auth, input.positional('user'))
      const label = labelOf(account)
      const question = `Delete account ${label} (${account.id}) for good?`
      await confirm(context.io, question, input.isOn('yes'))
      await auth.users.delete(account.id)
      const isJson = input.isOn('json')
      context.io.write(isJson ? toJson({ id: account.id }) : `Account ${label} is deleted.`)
    }),
}

export const userGroup: CommandGroup = {
  name: 'user',
  commands: [
    userCreate,
    userImport,
    userList,
    show,
    disable,
    enable,
    unlock,
    setPassword,
    changeNames({ name: 'roles', one: 'role', set: 'setRoles' }),
    changeNames({ name: 'scopes', one: 'scope', set: 'setScopes' }),
    remove,
  ],
}
