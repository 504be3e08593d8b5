/** The flows as functions, called with what a request brought: no input is an error of ours (H3). */

import { expect, test } from 'vitest'
import type { Auth } from '../src/auth.ts'
import { AuthError } from '../src/errors.ts'
import { createVerifier } from '../src/resource-server/index.ts'
import { createTestAuth } from '../src/testing/index.ts'
import { oddValues } from './support/odd-values.ts'

const { auth, loginAs } = await createTestAuth({ limits: { login: 'off', register: 'off' } })
await loginAs('ada')

type Call = (value: unknown) => unknown
const { register, login, refresh, logout, verify } = auth as unknown as Record<keyof Auth, Call>

async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work()
    return 'done'
  } catch (error) {
    expect(error).toBeInstanceOf(AuthError)
    return (error as AuthError).code
  }
}

const verifier = createVerifier({ issuer: 'https://id.example' })

const calls: readonly (readonly [string, Call, readonly string[]])[] = [
  ['verify', verify, ['invalid_token']],
  ['a verifier', verifier.verify as Call, ['invalid_token', 'temporarily_unavailable']],
  ['refresh', refresh, ['refresh_token_invalid']],
  ['login', login, ['invalid_request']],
  [
    'login with such a username',
    (username) => login({ username, password: 'x' }),
    ['invalid_request', 'invalid_credentials'],
  ],
  [
    'login with such a password',
    (password) => login({ username: 'ada', password }),
    ['invalid_request', 'invalid_credentials'],
  ],
  ['register', register, ['invalid_request']],
  [
    'register with such names',
    (name) => register({ username: name, email: name, password: 'x' }),
    ['invalid_request', 'password_refused'],
  ],
  [
    'register with such a password',
    (password) => register({ username: 'bob', password }),
    ['invalid_request', 'password_refused', 'done'],
  ],
  [
    'logout with such a token',
    (refreshToken) => logout({ refreshToken }),
    ['invalid_request', 'refresh_token_invalid'],
  ],
]

test.each(calls)(
  'H3: %s is refused with a code for every kind of value',
  async (_, call, codes) => {
    for (const value of [undefined, ...Object.values(oddValues)]) {
      const code = await codeOf(() => call(value))
      if (code === 'done' && value === undefined) continue
      expect(codes).toContain(code)
    }
  },
)

test('H3: the fields that are no texts are named', async () => {
  const operator = { username: { $ne: null }, password: { $ne: null } }
  await expect(async () => login(operator)).rejects.toMatchObject({
    code: 'invalid_request',
    details: { fields: [{ field: 'password' }, { field: 'username' }] },
  })
})
