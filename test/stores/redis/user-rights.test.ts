/** The rights that docs/deploy.md gives a Redis user are enough for every flow, and none too many. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis as Ioredis } from 'ioredis'
import { createClient } from 'redis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import type { AuthOptions } from '../../../src/options/auth-options.ts'
import { leftOut } from '../../left-out.ts'
import { createClient as createCaller, loggedIn } from '../../support/client.ts'
import { hasRedis, startRedis } from '../../support/redis-server.ts'
import { createTestAuth, password, serveNode } from '../../support/test-server.ts'

const found = hasRedis()
if (!found) leftOut('the rights of a Redis user', 'apt-get install redis-server')

// Generous, for machines that do more than this.
const deadlineMilliseconds = 5000

const document = readFileSync(join(import.meta.dirname, '../../../docs/deploy.md'), 'utf8')
const [, rule = ''] = /^user countersign (.+)$/m.exec(document) ?? []
const words = rule.replace('>PASSWORD', '>pw').split(' ')

/**
 * Everything that writes to Redis, or reads it.
 *
 * @param meanwhile is called when somebody has logged in.
 */
async function everyFlow(options: AuthOptions, meanwhile = async () => {}): Promise<void> {
  // Without a clock of the test's, so that Redis's own is asked.
  const { auth } = await createTestAuth({ ...options, clock: systemClock, session: { limit: 2 } })
  const base = await serveNode(auth)
  const ada = await loggedIn(base, 'ada')
  await meanwhile()
  expect((await createCaller(base).login('ada', 'a wrong password')).status).toBe(401)
  const { refreshToken = '' } = ada.held()
  for (let repeat = 0; repeat < 3; repeat += 1) {
    expect((await auth.refresh(refreshToken)).accessToken).toBeTruthy()
  }
  expect((await ada.refresh()).status).toBe(200)
  expect((await ada.refresh()).status).toBe(200)
  const others = [await loggedIn(base, 'ada'), await loggedIn(base, 'ada')]
  expect((await ada.refresh()).body.code).toBe('session_ended')
  const list = await others[0]?.call('GET', '/auth/sessions')
  expect(list?.body.sessions).toHaveLength(2)
  expect((await others[0]?.call('POST', '/auth/logout'))?.status).toBe(204)
  const passwords = { currentPassword: password, newPassword: 'a much better battery' }
  expect((await others[1]?.call('POST', '/auth/password', passwords))?.status).toBe(200)
  expect((await others[1]?.call('POST', '/auth/logout-all'))?.status).toBe(204)
  expect((await auth.health()).problems).toEqual([])
}

/** A server whose default user makes the one of the document, and what it has to say of it. */
async function serverWithUser() {
  const server = await startRedis(['--save', '', '--appendonly', 'yes'])
  onTestFinished(server.dispose)
  const admin = await createClient({ url: server.url }).connect()
  onTestFinished(() => admin.destroy())
  await admin.sendCommand(['ACL', 'SETUSER', 'countersign', ...words])
  return { url: server.url.replace('//', '//countersign:pw@'), admin }
}

const clients: Readonly<Record<string, (url: string) => Promise<AuthOptions>>> = {
  'by URL': async (url) => ({ redis: { url, deadlineMilliseconds } }),
  'by a client of ioredis': async (url) => {
    const client = new Ioredis(url)
    onTestFinished(() => client.disconnect())
    return { redis: { client, deadlineMilliseconds } }
  },
}

describe.runIf(found)('the user of docs/deploy.md', () => {
  test.each(Object.entries(clients))('may do all that is asked of it, %s', async (_, optionsOf) => {
    const { url, admin } = await serverWithUser()
    await everyFlow(await optionsOf(url))
    expect(await admin.sendCommand(['ACL', 'LOG'])).toEqual([])
  })

  test('uses every right that it has, and touches no key without the prefix', async () => {
    const { url, admin } = await serverWithUser()
    await everyFlow({ redis: { url, deadlineMilliseconds } }, async () => {
      // A key of the index is changed in place when it is long: here by 200 sessions of others.
      const [key = ''] = (await admin.sendCommand(['KEYS', '*:i:*'])) as unknown as string[]
      await admin.sendCommand(['APPEND', key, '~'.repeat(200 * 32)])
    })
    const used = String(await admin.sendCommand(['INFO', 'commandstats']))
    const rights = words.filter((word) => word.startsWith('+')).map((word) => word.slice(1))
    expect(rights.filter((right) => !used.includes(`cmdstat_${right}:`))).toEqual([])
    const keys = (await admin.sendCommand(['KEYS', '*'])) as unknown as string[]
    expect(keys.length).toBeGreaterThan(0)
    expect(keys.filter((key) => !key.startsWith('countersign:'))).toEqual([])
  })

  test('M7: without INFO it works, and readiness says what is not known', async () => {
    const { url, admin } = await serverWithUser()
    await admin.sendCommand(['ACL', 'SETUSER', 'countersign', '-info', '-config|get'])
    const { auth } = await createTestAuth({ redis: url })
    const { ready, problems } = await auth.health()
    expect([ready, problems.map(({ code }) => code)]).toEqual([true, ['redis_uninspected']])
  })
})
