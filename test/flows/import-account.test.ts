import { beforeEach, describe, expect, test } from 'vitest'
import { oldHash, oldPassword } from '../support/old-application.ts'
import { createTestAuth, password, type TestAuth } from '../support/test-server.ts'

const passwordHash = await oldHash()
const ada = { externalId: '66f0', username: 'Ada', email: 'ada@example.org', passwordHash }

let kit: TestAuth
beforeEach(async () => {
  kit = await createTestAuth()
})

describe('importing a user', () => {
  test('makes an account that logs in with the old password, and hashes it anew', async () => {
    const { outcome } = await kit.auth.users.import({ ...ada, roles: ['editor'] })
    expect(outcome).toBe('created')
    const { user } = await kit.auth.login({ username: 'ada', password: oldPassword })
    expect(user).toMatchObject({ externalId: '66f0', roles: ['editor'] })
    const kept = await kit.auth.http.core.context.users.findById(user.id)
    expect(kept?.passwordHash).toMatch(/^\$argon2id\$/)
    expect(kit.events[0]).toEqual({ type: 'account_imported', accountId: user.id })
  })

  test('again changes nothing, and does not bring back what was deleted', async () => {
    const first = await kit.auth.users.import(ada)
    const again = await kit.auth.users.import({ ...ada, username: 'other', roles: ['admin'] })
    expect(again).toEqual({ ...first, outcome: 'exists' })
    await kit.auth.users.delete(first.outcome === 'created' ? first.account.id : '')
    expect(await kit.auth.users.import(ada)).toEqual({ outcome: 'deleted' })
    expect(await kit.auth.users.list()).toEqual([])
    expect(await kit.auth.users.findExternal('66f0')).toBeUndefined()
  })

  test('M10: of ten imports of one user at once one makes the account', async () => {
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => kit.auth.users.import(ada)))
    const made = outcomes.filter(({ outcome }) => outcome === 'created')
    expect([made.length, outcomes.length]).toEqual([1, 10])
    expect(outcomes.every(({ outcome }) => outcome !== 'deleted')).toBe(true)
  })

  test('refuses a taken name and leaves the external id free', async () => {
    await kit.auth.register({ username: 'ada', password })
    await expect(kit.auth.users.import(ada)).rejects.toMatchObject({ code: 'username_taken' })
    const { outcome } = await kit.auth.users.import({ ...ada, username: null })
    expect(outcome).toBe('created')
  })

  test('names every wrong field at once', async () => {
    const wrong = {
      externalId: '',
      username: 'a b',
      email: 'nowhere',
      name: 'bell\u0007',
      passwordHash: 'plain text',
      roles: ['a b'],
    }
    await expect(kit.auth.users.import(wrong)).rejects.toMatchObject({
      code: 'invalid_request',
      details: {
        fields: ['externalId', 'name', 'passwordHash', 'username', 'email', 'roles'].map(
          (field) => ({
            field,
            message: expect.any(String),
          }),
        ),
      },
    })
    await expect(kit.auth.users.import({ externalId: '1', passwordHash })).rejects.toMatchObject({
      details: { fields: [{ field: '' }] },
    })
    const untyped = { ...ada, externalId: 7, username: { $ne: null }, email: 1, passwordHash: {} }
    await expect(kit.auth.users.import(untyped as never)).rejects.toMatchObject({
      code: 'invalid_request',
    })
  })
})
