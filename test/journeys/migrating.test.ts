/** docs/migrating.md, followed: its code is written out as it stands, and lived with by old and new users. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient } from '../support/client.ts'
import { oldHash, oldPassword, oldSecret, signOld } from '../support/old-application.ts'
import { send } from '../support/send.ts'

const root = join(import.meta.dirname, '../..')
// Inside the package, where `countersign` and `express` are found.
mkdirSync(join(root, '.cache'), { recursive: true })
const folder = mkdtempSync(join(root, '.cache/migrated-'))
const hour = 3600
const seconds = (): number => Math.floor(Date.now() / 1000)

/** Stands in for the Mongoose model; `find` reads it as it would read that. */
const userModel = async (): Promise<string> => `
const users = ${JSON.stringify([
  {
    _id: '66f0c1',
    username: 'ada',
    email: 'ada@example.org',
    password: await oldHash(),
    role: 'admin',
  },
  { _id: '66f0c2', username: 'bob', email: 'bob@example.org', password: await oldHash() },
])}
const matches = (user, condition) => Object.entries(condition).every(([key, value]) => user[key] === value)
export const User = {
  findOne: async ({ $or }) => users.find((user) => $or.some((condition) => matches(user, condition))) ?? null,
}`

const listening = `
import { app } from './app.js'
const server = app.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port))
`

let server: ChildProcess
let base = ''

beforeAll(async () => {
  const text = readFileSync(join(root, 'docs/migrating.md'), 'utf8')
  for (const [, name = '', code = ''] of text.matchAll(
    /^```js\n\/\/ (\S+\.js)\n([\s\S]*?)^```/gm,
  )) {
    writeFileSync(join(folder, name), code)
  }
  writeFileSync(join(folder, 'user.js'), await userModel())
  writeFileSync(join(folder, 'listen.js'), listening)
  const env = {
    ...process.env,
    COUNTERSIGN_DATA: join(folder, 'data'),
    JWT_SECRET: oldSecret,
    LEGACY_UNTIL: new Date(Date.now() + 86_400_000).toISOString(),
  }
  const child = spawn(process.execPath, [join(folder, 'listen.js')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  server = child
  ;[base = ''] = (await once(createInterface({ input: child.stdout }), 'line')) as string[]
})
afterAll(async () => {
  const exit = once(server, 'exit')
  server.kill('SIGTERM')
  await exit
  rmSync(folder, { recursive: true, force: true })
})

const withToken = (token: string, path = '/api/notes') =>
  send(`${base}${path}`, 'GET', { headers: { Authorization: `Bearer ${token}` } })
const oldToken = (id: string, more: object = {}): string =>
  signOld({ id, iat: seconds() - 60, exp: seconds() + hour, ...more })
const ownerOf = (text: string): unknown => (JSON.parse(text) as { owner: unknown }).owner

test('who was logged in stays in until the old token expires, as the same req.user', async () => {
  const answer = await withToken(oldToken('66f0c2'))
  expect([answer.status, ownerOf(answer.text)]).toEqual([200, '66f0c2'])
  expect((await withToken(oldToken('66f0c1', { role: 'admin' }), '/api/admin')).status).toBe(200)
  expect((await withToken(oldToken('66f0c2'), '/api/admin')).status).toBe(403)
  const expired = await withToken(oldToken('66f0c2', { exp: seconds() - 60 }))
  expect([expired.status, expired.body.code]).toEqual([401, 'token_expired'])
})

test('an old token opens no route of the account, and an old refresh token nothing', async () => {
  expect((await withToken(oldToken('66f0c2'), '/auth/profile')).body.code).toBe('invalid_token')
  const refreshToken = oldToken('66f0c2')
  const { body } = await send(`${base}/auth/refresh-token`, 'POST', { body: { refreshToken } })
  expect(body.code).toBe('refresh_token_invalid')
})

test('an old user logs in with the old password, and keeps id, names and roles', async () => {
  const ada = createClient(base)
  expect((await ada.login('ADA', 'not the password')).body.code).toBe('invalid_credentials')
  const { status, body } = await ada.call('POST', '/auth/login', {
    email: 'Ada@example.org',
    password: oldPassword,
  })
  expect([status, body.user?.externalId, body.user?.roles]).toEqual([200, '66f0c1', ['admin']])
  expect(ownerOf((await ada.call('GET', '/api/notes')).text)).toBe('66f0c1')
  expect((await ada.call('GET', '/api/admin')).status).toBe(200)
  expect((await ada.refresh()).status).toBe(200)
  expect(ownerOf((await ada.call('GET', '/api/notes')).text)).toBe('66f0c1')
})

test('an old token of somebody who has a new password is dead, and so is the old password', async () => {
  const bob = createClient(base)
  expect((await bob.login('bob', oldPassword)).status).toBe(200)
  expect((await withToken(oldToken('66f0c2'))).status).toBe(200)
  const newPassword = 'another good password'
  const change = { currentPassword: oldPassword, newPassword }
  expect((await bob.call('POST', '/auth/password', change)).status).toBe(200)
  expect((await withToken(oldToken('66f0c2'))).body.code).toBe('session_ended')
  expect((await bob.login('bob', oldPassword)).body.code).toBe('invalid_credentials')
  expect((await bob.login('bob', newPassword)).status).toBe(200)
})

test('a new user gets a new id, and cannot take an old name', async () => {
  const eve = createClient(base)
  expect((await eve.register('Bob')).body.code).toBe('username_taken')
  expect((await eve.register('eve')).body.user?.externalId).toBeNull()
  const { body } = await eve.login('eve')
  expect(ownerOf((await eve.call('GET', '/api/notes')).text)).toBe(body.user?.id)
})
