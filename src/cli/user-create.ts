/** `countersign user create`: makes an account, with a password that is asked for. */

import type { NewAccount } from './admin-auth.ts'
import { type Command, type Input, jsonOption, withAuth } from './command.ts'
import { MisuseError } from './exit-codes.ts'
import { toJson } from './printable.ts'
import { askNewPassword, passwordNotes } from './questions.ts'

export const userCreate: Command = {
  name: 'create',
  summary: 'Makes an account.',
  positionals: [],
  options: {
    username: { value: 'name', meaning: 'what it logs in with; this, --email or both' },
    email: { value: 'address', meaning: 'what it logs in with' },
    name: { value: 'text', meaning: 'what people call it' },
    role: { value: 'role', multiple: true, meaning: 'a role' },
    scope: { value: 'scope', multiple: true, meaning: 'a scope' },
    ...jsonOption,
  },
  notes: passwordNotes,
  example: 'countersign user create --username ada --email ada@example.org --role admin',
  run: async (input, context) => {
    const names = namesIn(input)
    const password = await askNewPassword(context.io)
    await withAuth(context, async ({ users }) => {
      const { id } = await users.create({ ...names, password })
      context.io.write(input.isOn('json') ? toJson({ id }) : `Account ${id} is made.`)
    })
  },
}

function namesIn(input: Input): Omit<NewAccount, 'password'> {
  const [username, email, name] = ['username', 'email', 'name'].map(input.text)
  if (username === undefined && email === undefined) {
    throw new MisuseError('--username or --email is missing')
  }
  const [roles, scopes] = [input.texts('role'), input.texts('scope')]
  return {
    ...(username !== undefined && { username }),
    ...(email !== undefined && { email }),
    ...(name !== undefined && { name }),
    ...(roles.length > 0 && { roles }),
    ...(scopes.length > 0 && { scopes }),
  }
}
