/** `auth.users` and `auth.sessions`: what an administrator does to accounts. */

import { expect, test } from 'vitest'
import { createTestAuth, password } from '../support/test-server.ts'

const ada = { username: 'Ada', email: 'ada@example.org', password }
const nobody = '019a0000-0000-7000-8000-000000000000'
const newPassword = 'a much better battery'
const notFound = { code: 'not_found' }

async function setUp() {
  const opened = await createTestAuth()
  const user = await opened.auth.users.create({ ...ada, roles: ['reader'], scopes: ['read'] })
  const types = () => opened.events.map(({ type }) => type)
  return { ...opened, user, id: user.id, types, login: () => opened.auth.login(ada) }
}

test('an account is made with its rights, and found by id, username and address', async () => {
  const { auth, user, id, login } = await setUp()
  const view = { ...user, status: 'active', scopes: ['read'] }
  expect(await auth.users.get(id)).toEqual(view)
  expect(await auth.users.find('ADA')).toEqual(view)
  expect(await auth.users.find('Ada@Example.org')).toEqual(view)
  for (const name of ['grace', 'no name', '']) {
    expect(await auth.users.find(name)).toBeUndefined()
  }
  expect(await auth.users.get(nobody)).toBeUndefined()
  const { session } = await login()
  expect(await auth.verify(session.accessToken)).toMatchObject({ roles: ['reader'], scope: 'read' })
  await expect(auth.users.create(ada)).rejects.toMatchObject({ code: 'username_taken' })
})

test('T9: whoever registers gets no rights', async () => {
  const { auth } = await setUp()
  const greedy = { username: 'eve', password, roles: ['admin'], scopes: ['all'] }
  const { user } = await auth.register(greedy)
  expect(await auth.users.get(user.id)).toMatchObject({ roles: [], scopes: [] })
})

test('accounts are listed page by page', async () => {
  const { auth, id } = await setUp()
  const { id: second } = await auth.users.create({ username: 'grace', password })
  const ids = async (page?: object) => (await auth.users.list(page)).map((view) => view.id)
  expect((await ids()).toSorted()).toEqual([id, second].toSorted())
  const [first = ''] = await ids({ limit: 1 })
  expect(await ids({ after: first })).toHaveLength(1)
  for (const limit of [0, 1001, 1.5, Number.NaN]) {
    await expect(auth.users.list({ limit })).rejects.toThrow(TypeError)
  }
})

test('T9: new roles and scopes hold at once for tokens issued before, and end nothing', async () => {
  const { auth, id, login, types } = await setUp()
  const { session } = await login()
  await auth.verify(session.accessToken)
  const view = await auth.users.setRoles(id, ['editor', 'editor'])
  expect(view).toMatchObject({ id, roles: ['editor'], scopes: ['read'] })
  await auth.users.setScopes(id, [])
  expect(await auth.verify(session.accessToken)).toMatchObject({ roles: ['editor'], scope: '' })
  const { accessToken } = await auth.refresh(session.refreshToken)
  expect(await auth.verify(accessToken)).toMatchObject({ roles: ['editor'], scope: '' })
  expect(types().filter((type) => type === 'account_changed')).toHaveLength(2)
})

test('other processes on the same file overlay as well', async () => {
  const { auth, folder, id, login } = await setUp()
  const { auth: elsewhere } = await createTestAuth({ database: `sqlite:${folder}/countersign.db` })
  const { session } = await login()
  await elsewhere.verify(session.accessToken)
  await auth.users.setRoles(id, [])
  const roles = async () => (await elsewhere.verify(session.accessToken)).roles
  await expect.poll(roles).toEqual([])
})

test.each([
  ['', 'empty'],
  ['a b', 'with a space'],
  ['a,b', 'with a comma'],
  ['a"b', 'with a quote'],
  ['a\\b', 'with a backslash'],
  ['ä', 'not in ASCII'],
  ['a\n', 'with a line break'],
  ['a'.repeat(65), 'too long'],
  [7, 'no text'],
])('a name that is %j (%s) is refused', async (name, _why) => {
  const { auth, id } = await setUp()
  const names = [name] as string[]
  const refused = (field: string) => ({
    code: 'invalid_request',
    details: { fields: [{ field, message: expect.any(String) }] },
  })
  await expect(auth.users.setRoles(id, names)).rejects.toMatchObject(refused('roles'))
  await expect(auth.users.setScopes(id, names)).rejects.toMatchObject(refused('scopes'))
  const eve = { username: 'eve', password, roles: names }
  await expect(auth.users.create(eve)).rejects.toMatchObject(refused('roles'))
  expect(await auth.users.get(id)).toMatchObject({ roles: ['reader'], scopes: ['read'] })
})

test('50 names of the usual kind are taken; 51, too many characters or no list are not', async () => {
  const { auth, id } = await setUp()
  const names = (count: number, length: number) =>
    Array.from({ length: count }, (_, index) => `${index}`.padStart(length, 'r'))
  expect((await auth.users.setRoles(id, names(50, 12))).roles).toHaveLength(50)
  for (const wrong of [names(51, 3), names(50, 64), 'admin' as never, null as never]) {
    await expect(auth.users.setRoles(id, wrong)).rejects.toMatchObject({ code: 'invalid_request' })
  }
})

test('R9: a set password ends everything, holds, and must be a good one', async () => {
  const { auth, id, login, types } = await setUp()
  const { session } = await login()
  await expect(auth.users.setPassword(id, 'short')).rejects.toMatchObject({
    code: 'password_refused',
  })
  expect(await auth.users.setPassword(id, newPassword)).toMatchObject({ id, status: 'active' })
  const ended = { code: 'session_ended' }
  await expect(async () => auth.verify(session.accessToken)).rejects.toMatchObject(ended)
  await expect(auth.refresh(session.refreshToken)).rejects.toMatchObject(ended)
  await expect(login()).rejects.toMatchObject({ code: 'invalid_credentials' })
  await auth.login({ ...ada, password: newPassword })
  expect(types()).toContain('password_changed')
})

test('R9: a deleted account is gone with all it had', async () => {
  const { auth, id, login, types } = await setUp()
  const { session } = await login()
  await auth.users.delete(id)
  expect(await auth.users.get(id)).toBeUndefined()
  await expect(async () => auth.verify(session.accessToken)).rejects.toMatchObject({
    code: 'session_ended',
  })
  expect(types().filter((type) => type === 'account_deleted')).toHaveLength(1)
})

test('R12: sessions of any account are seen and ended', async () => {
  const { auth, id, login } = await setUp()
  const { session } = await login()
  await login()
  const sessions = await auth.sessions.list(id)
  expect(sessions.map(({ current }) => current)).toEqual([false, false])
  await auth.sessions.end(id, session.sessionId)
  await auth.sessions.end(id, session.sessionId)
  expect(await auth.sessions.list(id)).toHaveLength(1)
  await expect(async () => auth.verify(session.accessToken)).rejects.toMatchObject({
    code: 'session_ended',
  })
  for (const [account, wrong] of [
    [id, nobody],
    [nobody, session.sessionId],
    [id, 'x'],
  ] as const) {
    await expect(auth.sessions.end(account, wrong)).rejects.toMatchObject(notFound)
  }
})

test('what is done to an account that is not there says so', async () => {
  const { auth } = await setUp()
  const { users, sessions } = auth
  await expect(users.disable(nobody)).rejects.toMatchObject(notFound)
  await expect(users.enable(nobody)).rejects.toMatchObject(notFound)
  await expect(users.setRoles(nobody, [])).rejects.toMatchObject(notFound)
  await expect(users.setScopes(nobody, [])).rejects.toMatchObject(notFound)
  await expect(users.setPassword(nobody, newPassword)).rejects.toMatchObject(notFound)
  await expect(users.delete(nobody)).rejects.toMatchObject(notFound)
  await expect(sessions.list(nobody)).rejects.toMatchObject(notFound)
})
