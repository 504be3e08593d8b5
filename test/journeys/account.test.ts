/** The life of an account, told once and lived through every way of serving and both transports. */

import { describe, expect, test } from 'vitest'
import type { Transport } from '../../src/wire.ts'
import { type Client, claimsOf, createClient } from '../support/client.ts'
import { createTestAuth, password } from '../support/test-server.ts'
import { waysOfServing } from '../support/ways-of-serving.ts'

const newPassword = 'a much better battery'
const isOpen = async (client: Client): Promise<boolean> =>
  (await client.call('GET', '/protected')).status === 200

describe.each(waysOfServing)('%s', (_, serve) => {
  describe.each(['bearer', 'cookie'] satisfies Transport[])('%s', (transport) => {
    test('an account lives from registration to deletion', async () => {
      const base = await serve((await createTestAuth()).auth)
      const laptop = createClient(base, transport)
      const phone = createClient(base, transport)

      expect((await laptop.call('GET', '/protected')).status).toBe(401)
      await registersAndLogsIn(laptop)
      await refreshes(laptop)
      await logsOutRemotely(laptop, phone)
      await changesPassword(laptop, phone)
      await logsOutEverywhere(laptop, phone)
      await deletesAccount(laptop)
    })
  })
})

async function registersAndLogsIn(laptop: Client): Promise<void> {
  const registered = await laptop.register('ada')
  expect(registered.status).toBe(201)
  expect(registered.body.user?.username).toBe('ada')
  expect(registered.body.accessToken).toBeUndefined()

  const { status, body, setCookies } = await laptop.login('ada')
  expect(status).toBe(200)
  expect(setCookies).toHaveLength(laptop.transport === 'cookie' ? 3 : 0)
  expect('accessToken' in body).toBe(laptop.transport === 'bearer')
  const answer = await laptop.call('GET', '/protected')
  expect([answer.status, answer.body.user]).toEqual([200, registered.body.user?.id])
}

async function refreshes(laptop: Client): Promise<void> {
  const before = laptop.held()
  expect((await laptop.refresh()).status).toBe(200)
  const after = laptop.held()
  expect(after.refreshToken).not.toBe(before.refreshToken)
  expect(claimsOf(after.accessToken).sid).toBe(claimsOf(before.accessToken).sid)
  expect((await laptop.refresh()).status).toBe(200)
  expect(await isOpen(laptop)).toBe(true)
}

async function logsOutRemotely(laptop: Client, phone: Client): Promise<void> {
  await phone.login('ada')
  const { body } = await laptop.call('GET', '/auth/sessions')
  expect(body.sessions?.map(({ current }) => current).sort()).toEqual([false, true])
  const other = body.sessions?.find(({ current }) => !current)?.id
  expect((await laptop.call('DELETE', `/auth/sessions/${other}`)).status).toBe(204)

  expect((await phone.call('GET', '/protected')).body.code).toBe('session_ended')
  expect((await phone.refresh()).body.code).toBe('session_ended')
  expect(await isOpen(laptop)).toBe(true)
}

async function changesPassword(laptop: Client, phone: Client): Promise<void> {
  await phone.login('ada')
  const change = { currentPassword: password, newPassword }
  expect((await laptop.call('POST', '/auth/password', change)).status).toBe(200)
  expect(await isOpen(laptop)).toBe(true)
  expect((await laptop.refresh()).status).toBe(200)
  expect(await isOpen(phone)).toBe(false)
  expect((await phone.refresh()).body.code).toBe('session_ended')
  expect((await phone.login('ada')).body.code).toBe('invalid_credentials')
}

async function logsOutEverywhere(laptop: Client, phone: Client): Promise<void> {
  expect((await phone.login('ada', newPassword)).status).toBe(200)
  expect((await laptop.call('POST', '/auth/logout-all')).status).toBe(204)
  expect(laptop.cookies()).toEqual(laptop.transport === 'cookie' ? ['device_token'] : [])
  expect(await isOpen(laptop)).toBe(false)
  expect(await isOpen(phone)).toBe(false)
  expect((await phone.refresh()).body.code).toBe('session_ended')
}

async function deletesAccount(laptop: Client): Promise<void> {
  expect((await laptop.login('ada', newPassword)).status).toBe(200)
  expect((await laptop.call('DELETE', '/auth/profile')).status).toBe(204)
  expect(await isOpen(laptop)).toBe(false)
  expect((await laptop.login('ada', newPassword)).body.code).toBe('invalid_credentials')
}
