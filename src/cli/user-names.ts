/** `countersign user roles` and `user scopes`: lists of names that are set, added to, taken from. */

import { type Command, type Input, jsonOption, withAuth } from './command.ts'
import { MisuseError } from './exit-codes.ts'
import { accountJson, findAccount, labelOf } from './find-account.ts'
import { printable, toJson } from './printable.ts'

interface NameList {
  readonly name: 'roles' | 'scopes'
  readonly one: string
  readonly set: 'setRoles' | 'setScopes'
}

export function changeNames({ name, one, set }: NameList): Command {
  return {
    name,
    summary: `Changes the ${name} of an account.`,
    positionals: ['user'],
    options: {
      set: { value: 'a,b', meaning: `exactly these ${name}; '' takes all away` },
      add: { value: one, multiple: true, meaning: `one more ${one}` },
      remove: { value: one, multiple: true, meaning: `one ${one} less` },
      ...jsonOption,
    },
    notes: 'The account is named by its id, username or e-mail address.',
    example: `countersign user ${name} ada --add ${one === 'role' ? 'editor' : 'files:read'}`,
    run: (input, context) => {
      const change = changeIn(input)
      return withAuth(context, async (auth) => {
        const found = await findAccount(auth, input.positional('user'))
        const account = await auth.users[set](found.id, change(found[name]))
        const held = account[name].map(printable).join(', ') || 'none'
        const sentence = `Account ${labelOf(account)} has the ${name}: ${held}`
        context.io.write(input.isOn('json') ? toJson(accountJson(account)) : sentence)
      })
    },
  }
}

function changeIn(input: Input): (held: readonly string[]) => readonly string[] {
  const [set, added, removed] = [input.text('set'), list(input, 'add'), list(input, 'remove')]
  const isStep = added.length + removed.length > 0
  if (set !== undefined && isStep)
    throw new MisuseError('--set goes with neither --add nor --remove')
  if (set !== undefined) return () => split(set)
  if (!isStep) throw new MisuseError('--set, --add or --remove is missing')
  return (held) => unique([...held, ...added]).filter((name) => !removed.includes(name))
}

const list = (input: Input, option: string): readonly string[] => input.texts(option).flatMap(split)

const split = (text: string): readonly string[] =>
  unique(text.split(',').map((part) => part.trim())).filter((part) => part !== '')

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)]
