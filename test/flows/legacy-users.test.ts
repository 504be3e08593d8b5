/** Users of the application's own store become accounts at their first log-in. */

import { beforeEach, describe, expect, test } from 'vitest'
import type { LegacyUser } from '../../src/flows/legacy-users.ts'
import {
  createOldStore,
  type OldStore,
  type OldUser,
  oldHash,
  oldPassword,
} from '../support/old-application.ts'
import { createTestAuth, password, type TestAuth } from '../support/test-server.ts'

const passwordHash = await oldHash()
const ada: OldUser = { id: '66f0', username: 'Ada', email: 'ada@example.org', passwordHash }

let store: OldStore
let kit: TestAuth
beforeEach(async () => {
  store = createOldStore([ada])
  kit = await createTestAuth({ legacyUsers: store })
})

const login = (name: object, given = oldPassword) =>
  kit.auth.login({ ...name, password: given }).then(
    ({ user }) => user,
    (error) => error.code,
  )
const registering = (names: object) =>
  kit.auth.register({ ...names, password }).then(
    () => 'made',
    (error) => error.code,
  )

describe('at log-in', () => {
  test('the right old password makes an account with the old id, names and rights', async () => {
    store.users[0] = { ...ada, name: 'Ada L.', roles: ['editor'], scopes: ['notes:read'] }
    const user = await login({ username: 'ADA' })
    expect(user).toMatchObject({
      externalId: '66f0',
      username: 'Ada',
      email: 'ada@example.org',
      name: 'Ada L.',
      roles: ['editor'],
    })
    expect(user.id).not.toBe('66f0')
    expect(kit.events.map(({ type }) => type)).toEqual(['account_imported', 'login_succeeded'])
    expect(await kit.auth.users.findExternal('66f0')).toMatchObject({ id: user.id })
  })

  test('P7: the password is hashed anew, and the old store is not needed for it again', async () => {
    const { id } = await login({ email: 'ada@example.org' })
    const kept = await kit.auth.http.core.context.users.findById(id)
    expect(kept?.passwordHash).toMatch(/^\$argon2id\$/)
    store.users.length = 0
    expect(await login({ username: 'ada' })).toMatchObject({ id })
  })

  test('a wrong password makes nothing', async () => {
    expect(await login({ username: 'ada' }, 'not the password')).toBe('invalid_credentials')
    expect(await login({ username: 'nobody' })).toBe('invalid_credentials')
    expect(await kit.auth.users.list()).toEqual([])
  })

  test('of five log-ins at once one makes the account, and all go on', async () => {
    const users = await Promise.all(Array.from({ length: 5 }, () => login({ username: 'ada' })))
    expect(new Set(users.map(({ id }) => id)).size).toBe(1)
    expect(await kit.auth.users.list()).toHaveLength(1)
    expect(kit.events.filter(({ type }) => type === 'account_imported')).toHaveLength(1)
  })

  test('R9: the old password is dead once it was changed here', async () => {
    const { id } = await login({ username: 'ada' })
    await kit.auth.users.setPassword(id, 'another good password')
    expect(await login({ username: 'ada' })).toBe('invalid_credentials')
  })

  test('R14: a deleted account does not come back from the old store', async () => {
    const { id } = await login({ username: 'ada' })
    await kit.auth.users.delete(id)
    expect(await login({ username: 'ada' })).toBe('invalid_credentials')
    expect(await kit.auth.users.list()).toEqual([])
  })

  test('a disabled account stays out, though the old password is right', async () => {
    const { id } = await login({ username: 'ada' })
    await kit.auth.users.disable(id)
    expect(await login({ username: 'ada' })).toBe('invalid_credentials')
  })

  test('an old name is nobody’s once its owner has another one here', async () => {
    const { id } = await login({ username: 'ada' })
    await kit.auth.http.core.context.users.update(id, { username: { shown: 'Eva', key: 'eva' } })
    expect(await login({ username: 'ada' })).toBe('invalid_credentials')
    expect(await login({ username: 'eva' })).toMatchObject({ id })
    expect(await registering({ username: 'ada' })).toBe('made')
  })

  test('a name that no account can have is left out, and an address may stand as username', async () => {
    store.users.push(
      { ...ada, id: '2', username: 'Grace Hopper', email: 'grace@example.org' },
      { ...ada, id: '3', username: 'eve@example.org', email: null, name: 'x'.repeat(200) },
    )
    expect(await login({ email: 'grace@example.org' })).toMatchObject({ username: null })
    expect(await login({ username: 'Grace Hopper' })).toBe('invalid_credentials')
    expect(await login({ email: 'eve@example.org' })).toMatchObject({
      email: 'eve@example.org',
      username: null,
      name: null,
    })
  })

  test('an id that is an object, such as an ObjectId, becomes its string', async () => {
    const id = { toString: () => '507f1f77bcf86cd799439011' }
    store.users[0] = { ...ada, id } as unknown as OldUser
    expect(await login({ username: 'ada' })).toMatchObject({ externalId: String(id) })
  })

  test('the other name is left out where somebody has it here', async () => {
    store.users.length = 0
    await kit.auth.register({ email: 'ada@example.org', password })
    store.users.push(ada)
    expect(await login({ username: 'ada' })).toMatchObject({ username: 'Ada', email: null })
    expect(await login({ email: 'ada@example.org' })).toBe('invalid_credentials')
  })

  test('a user without a hash that can be verified cannot log in', async () => {
    for (const unusable of [
      null,
      undefined,
      '',
      'plain text',
      '5f4dcc3b5aa765d61d8327deb882cf99',
    ]) {
      store.users[0] = { ...ada, passwordHash: unusable }
      expect(await login({ username: 'ada' }, unusable ?? 'x')).toBe('invalid_credentials')
      expect(await registering({ username: 'ada' })).toBe('username_taken')
    }
  })
})

describe('a name of the old store', () => {
  test('stays taken at registration, by an administrator and in the profile', async () => {
    expect(await registering({ username: 'ADA' })).toBe('username_taken')
    expect(await registering({ email: 'Ada@Example.org' })).toBe('email_taken')
    await expect(kit.auth.users.create({ username: 'ada', password })).rejects.toMatchObject({
      code: 'username_taken',
    })
    expect(await registering({ username: 'grace' })).toBe('made')
    const { updateProfile } = await import('../../src/flows/profile.ts')
    const grace = await kit.auth.users.find('grace')
    const caller = { accountId: grace?.id ?? '', sessionId: '' }
    const rename = (username: string) =>
      updateProfile(kit.auth.http.core.context, caller, { username })
    await expect(rename('ada')).rejects.toMatchObject({ code: 'username_taken' })
    expect(await rename('Grace')).toMatchObject({ username: 'Grace' })
  })
})

describe('a hook that fails', () => {
  const failures: readonly (readonly [string, () => Promise<never>])[] = [
    ['throws', () => Promise.reject(new Error('connection refused'))],
    ['hangs', () => new Promise<never>(() => {})],
  ]

  test.each(failures)(
    'and %s is 503, not 401, and lets those in who are accounts',
    async (_, fail) => {
      await login({ username: 'ada' })
      store.failure = fail
      expect(await login({ username: 'grace' })).toBe('temporarily_unavailable')
      expect(await login({ username: 'ada' }, 'not the password')).toBe('temporarily_unavailable')
      expect(await login({ username: 'ada' })).toMatchObject({ externalId: '66f0' })
      expect(await registering({ username: 'new' })).toBe('temporarily_unavailable')
    },
    20_000,
  )

  test.each<[string, unknown]>([
    ['a user of another name', { ...ada, username: 'Adam', email: null }],
    ['an id that says nothing', { ...ada, id: {} }],
    ['no id', { ...ada, id: undefined }],
    ['roles that no token can carry', { ...ada, roles: ['a b'] }],
    ['text', 'ada'],
  ])('and returns %s makes no account and is 503', async (_, wrong) => {
    const find = () => wrong as LegacyUser
    kit = await createTestAuth({ legacyUsers: { find } })
    expect(await login({ username: 'ada' })).toBe('temporarily_unavailable')
    expect(await kit.auth.users.list()).toEqual([])
  })
})
