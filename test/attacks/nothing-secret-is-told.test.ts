/**
 * No log line, event, warning or refusal of a whole story holds a token, password, secret, hash,
 * name or raw session id (R16, P13, H1, K3; ASVS 16.2.5, 16.5.1).
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { formatEvent } from '../../src/server/log.ts'
import { type Client, claimsOf, createClient } from '../support/client.ts'
import { openFailingStores } from '../support/failing-stores.ts'
import { type Answer, send } from '../support/send.ts'
import { createTestAuth, password, serveNode, testSecret } from '../support/test-server.ts'

const newPassword = 'a wholly other battery'
const wrongPassword = 'wrong horse guess\r\n{"event":"forged"}'
const email = 'ada.lovelace@example.com'

async function start() {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-told-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const failing = await openFailingStores(folder)
  const told: string[] = []
  const hear = (warning: unknown): void => void told.push(inspect(warning, { depth: 8 }))
  process.on('warning', hear)
  onTestFinished(() => void process.off('warning', hear))
  const { auth, events } = await createTestAuth({ stores: failing.stores })
  auth.on('*', () => {
    throw new Error('a listener that fails')
  })
  return { auth, events, told, failing, folder, base: await serveNode(auth) }
}

test('R16, P13, H1, K3: over a whole story nothing secret is told', async () => {
  const { auth, events, told, failing, folder, base } = await start()
  const secrets = new Set([password, newPassword, wrongPassword, email, testSecret, 'ada-lovelace'])
  const sessionIds = new Set<string>()
  const client = createClient(base)

  const hear = (answer: Answer): Answer => {
    const { accessToken, refreshToken } = client.held()
    for (const token of [accessToken, refreshToken]) if (token !== '') secrets.add(token)
    if (accessToken !== '') sessionIds.add(claimsOf(accessToken).sid)
    if (answer.status >= 400) told.push(`${answer.text} ${inspect([...answer.headers])}`)
    return answer
  }
  const refuse = async (asked: Promise<Answer>): Promise<void> =>
    expect(hear(await asked).status).toBeGreaterThanOrEqual(400)
  const allow = async (asked: Promise<Answer>): Promise<void> =>
    expect(hear(await asked).status).toBeLessThan(400)
  const present = (from: Client): Promise<Answer> =>
    send(`${base}/auth/refresh-token`, 'POST', {
      body: { refreshToken: from.held().refreshToken, password },
    })

  const person = { username: 'ada-lovelace', email, password }
  await allow(send(`${base}/auth/register`, 'POST', { body: person }))
  await refuse(send(`${base}/auth/register`, 'POST', { body: person }))
  await refuse(client.register('bob', 'short'))
  await refuse(client.login('ada-lovelace', wrongPassword))
  await allow(client.login('ada-lovelace'))
  for (let round = 0; round < 3; round += 1) await allow(client.refresh())
  const thief = createClient(base)
  await thief.login('ada-lovelace')
  await thief.refresh()
  secrets.add(thief.held().accessToken).add(thief.held().refreshToken)
  sessionIds.add(claimsOf(thief.held().accessToken).sid)
  failing.watch(() => true)
  await refuse(client.refresh())
  await refuse(client.login('ada-lovelace'))
  failing.watch(() => false)
  const change = { currentPassword: password, newPassword }
  await allow(client.call('POST', '/auth/password', change))
  await refuse(present(thief))
  await refuse(client.call('POST', '/auth/password', change))
  await allow(client.call('POST', '/auth/logout'))
  await refuse(client.refresh())
  await allow(client.login('ada-lovelace', newPassword))
  const { sub } = claimsOf(client.held().accessToken)
  await auth.users.setRoles(sub, ['admin'])
  await auth.users.disable(sub)
  await refuse(client.call('GET', '/auth/profile'))
  await auth.users.enable(sub)
  await allow(client.login('ada-lovelace', newPassword))
  await allow(client.call('POST', '/auth/logout-all'))
  await allow(client.login('ada-lovelace', newPassword))
  const file = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'))
  const hashes = file.join('').match(/\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/$]{60,}/g) ?? []
  expect(hashes).not.toEqual([])
  for (const hash of hashes) secrets.add(hash.slice(0, 70))
  for (const key of await failing.stores.keys.listKeys()) secrets.add(key.sealedPrivateJwk)
  await allow(client.call('DELETE', '/auth/profile'))

  expectEveryEvent(events.map(({ type }) => type))
  const lines = events.map((event) => formatEvent(event, 0))
  for (const line of lines) expect(JSON.parse(line)).toHaveProperty('event')
  const everything = [...told, ...lines, ...events.map((event) => JSON.stringify(event))].join('\n')
  expect(told.length).toBeGreaterThan(15)
  for (const secret of secrets) expect(everything).not.toContain(secret)
  const logAndRefusals = [...told, ...lines].join('\n')
  for (const id of sessionIds) expect(logAndRefusals).not.toContain(id)
  expect(everything).not.toMatch(/SELECT |INSERT |\.db\b|BEGIN /)
})

function expectEveryEvent(types: readonly string[]): void {
  expect(new Set(types)).toEqual(
    new Set([
      'account_registered',
      'login_failed',
      'login_succeeded',
      'password_changed',
      'session_ended',
      'sessions_ended',
      'account_changed',
      'account_disabled',
      'account_enabled',
      'account_deleted',
    ]),
  )
}
