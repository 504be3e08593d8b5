/** No body reaches the prototype of anything (M22, ASVS 15.3.6; the server is in this process). */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { send } from '../support/send.ts'
import { shareServer } from '../support/test-server.ts'

const server = shareServer()
const key = fc.constantFrom('__proto__', 'constructor', 'prototype', 'username', 'isAdmin', 'name')

/** JSON text, since an object literal with `__proto__` would lose it. */
const body = fc.letrec<{ value: string; record: string }>((tie) => ({
  value: fc.oneof({ maxDepth: 5 }, fc.constantFrom('true', '"polluted"', '1'), tie('record')),
  record: fc
    .array(fc.tuple(key, tie('value')), { maxLength: 4 })
    .map((pairs) => `{${pairs.map(([name, value]) => `"${name}":${value}`).join(',')}}`),
})).record

test('M22: bodies that name prototypes leave them as they were', async () => {
  const { base } = server.get()
  const before = [Object.prototype, Function.prototype, Array.prototype].map(Reflect.ownKeys)
  const paths = ['/auth/register', '/auth/login', '/auth/refresh-token', '/auth/logout']
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), body, async (path, text) => {
      const { status } = await send(`${base}${path}`, 'POST', { body: text })
      expect([400, 401]).toContain(status)
      expect({}).not.toHaveProperty('isAdmin')
      expect({}).not.toHaveProperty('username')
    }),
    { numRuns: 200 },
  )
  const after = [Object.prototype, Function.prototype, Array.prototype].map(Reflect.ownKeys)
  expect(after).toEqual(before)
})
