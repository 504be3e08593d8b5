/** NoSQL injection: whatever arrives in place of a text is compared, never run (H3; ASVS 1.2.4, 15.3.5). */

import { describe, expect, onTestFinished, test } from 'vitest'
import { contractLifetimes } from '../../src/stores/contract/index.ts'
import { openMongoStores } from '../../src/stores/mongodb/open.ts'
import { loggedIn } from '../support/client.ts'
import { hasMongo, shareMongo } from '../support/mongodb-server.ts'
import { send } from '../support/send.ts'
import { createTestAuth, password, serveNode } from '../support/test-server.ts'

const suite = 'query operators against MongoDB'

const operators: readonly unknown[] = [
  { $ne: null },
  { $gt: '' },
  { $regex: '.*' },
  { $in: ['ada', 'grace'] },
  { $exists: true },
  { $where: 'true' },
  { $expr: true },
  { $not: { $eq: 'x' } },
]

describe.runIf(hasMongo(suite))(suite, () => {
  const mongo = shareMongo()

  test('H3: an operator is 400 on every route, and nothing of the account changes', async () => {
    const { auth } = await createTestAuth({ database: mongo.url() })
    const base = await serveNode(auth)
    const owner = await loggedIn(base, 'ada')
    for (const value of operators) {
      for (const [path, body] of [
        ['/auth/login', { username: value, password }],
        ['/auth/login', { username: 'ada', password: value }],
        ['/auth/register', { username: value, password }],
        ['/auth/refresh-token', { refreshToken: value }],
        ['/auth/logout', { refreshToken: value }],
      ] as const) {
        const { status, body: answer } = await send(`${base}${path}`, 'POST', { body })
        expect([path, value, status, answer.code]).toEqual([path, value, 400, 'invalid_request'])
      }
    }
    const names = [
      '$ne',
      '{"$gt":""}',
      'ada\u0000',
      "ada' || '1'=='1",
      'ada.$',
      '$where',
      'users.ada',
    ]
    for (const username of names) {
      const answer = await send(`${base}/auth/login`, 'POST', { body: { username, password } })
      expect([username, answer.status]).toEqual([username, 401])
    }
    expect((await owner.refresh()).status).toBe(200)
  })

  test('H3: an operator that reached the store itself would find and change nobody', async () => {
    const stores = await openMongoStores({ database: mongo.url(), ...contractLifetimes })
    onTestFinished(() => stores.close())
    const { users, sessions, oneTimeTokens, attempts, keys } = stores
    const account = {
      ...{ id: 'ada', externalId: 'e1', username: 'Ada', usernameKey: 'ada', email: null },
      ...{ emailKey: null, name: null, passwordHash: 'hash', roles: [], scopes: [] },
    }
    const created = await users.create(account)
    const accountId = 'ada'
    await oneTimeTokens.put({
      ...{ tokenHash: Buffer.alloc(32), purpose: 'reset', accountId, data: null },
      expiresAt: (await sessions.now()) + 60_000,
    })
    for (const operator of operators) {
      const value = operator as string
      expect(await users.findByKey({ usernameKey: value })).toBeUndefined()
      expect(await users.findById(value)).toBeUndefined()
      expect(await users.findExternal(value)).toBeUndefined()
      expect(await users.refreshAccount(value, value)).toBeUndefined()
      expect(await users.changePassword('ada', value, 'stolen')).toBe('conflict')
      expect(await users.raiseEpoch(value)).toBe('not_found')
      await users.rehashPassword('ada', value, 'stolen')
      await users.delete(value)
      expect(await sessions.find(value)).toBeUndefined()
      expect(await sessions.end(value, value, 'logout')).toBe(false)
      expect(await oneTimeTokens.consume(Buffer.alloc(32), value)).toBeUndefined()
      await oneTimeTokens.removeAll(value)
      await keys.removeKey(value)
      await attempts.settle([{ key: value, change: 'clear' }])
    }
    expect(await users.findById('ada')).toEqual(created)
    expect(await oneTimeTokens.consume(Buffer.alloc(32), 'reset')).toEqual({
      accountId,
      data: null,
    })
  })

  test('M10: of 50 parallel registrations of one name, in every way of writing it, one is 201', async () => {
    const { auth } = await createTestAuth({
      database: mongo.url(),
      // Fifty hashes at once may all wait for their turn.
      passwords: { queueLimit: 50 },
    })
    const base = await serveNode(auth)
    for (const names of [
      { username: ['ada', 'ADA', 'Ada', 'aDa'] },
      { username: ['zoe\u0308x', 'zo\u00ebx', 'ZO\u00cbX'] },
      { email: ['ada@example.org', 'ADA@EXAMPLE.ORG', 'Ada@Example.org'] },
    ]) {
      const [[field, variants]] = Object.entries(names) as [[string, string[]]]
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          send(`${base}/auth/register`, 'POST', {
            body: { [field]: variants[index % variants.length], password },
          }),
        ),
      )
      const codes = answers.map(({ status }) => status).sort()
      expect(codes).toEqual([201, ...Array.from({ length: 49 }, () => 409)])
    }
  }, 60_000)
})
