/** The life of an account, with one mistake at every step. */

import { describe, expect, test } from 'vitest'
import { type Client, claimsOf } from '../support/client.ts'
import { type Answer, send } from '../support/send.ts'
import { password } from '../support/test-server.ts'
import { everyCombination, type Journey } from './every-combination.ts'

const newPassword = 'a much better battery'

const isOpen = async (client: Client): Promise<boolean> =>
  (await client.call('GET', '/protected')).status === 200

const outcome = async (answer: Promise<Answer>) => {
  const { status, body } = await answer
  return [status, body.code]
}

describe.each(everyCombination)('$name', ({ begin }) => {
  test('an account lives from registration to deletion', async () => {
    const journey = await begin()
    await registersAndLogsIn(journey)
    await refreshes(journey)
    await isRobbed(journey)
    await logsOutRemotely(journey)
    await changesPassword(journey)
    await logsOutEverywhere(journey)
    await deletesAccount(journey)
  })
})

async function registersAndLogsIn({ base, laptop }: Journey): Promise<void> {
  expect(await outcome(laptop.call('GET', '/protected'))).toEqual([401, 'credentials_missing'])
  expect(await outcome(laptop.register('ada', 'short'))).toEqual([400, 'password_refused'])
  const registered = await laptop.register('ada')
  expect(registered.status).toBe(201)
  expect(registered.body.user?.username).toBe('ada')
  expect(registered.body.accessToken).toBeUndefined()
  expect(await outcome(laptop.register('Ada'))).toEqual([409, 'username_taken'])

  expect(await outcome(laptop.login('ada', 'not the password'))).toEqual([
    401,
    'invalid_credentials',
  ])
  expect(laptop.cookies()).toEqual([])
  const { status, body, setCookies } = await laptop.login('ada')
  expect(status).toBe(200)
  expect(setCookies).toHaveLength(laptop.transport === 'cookie' ? 3 : 0)
  expect('accessToken' in body).toBe(laptop.transport === 'bearer')

  const answer = await laptop.call('GET', '/protected')
  expect([answer.status, answer.body.user]).toEqual([200, registered.body.user?.id])
  const headers = { Authorization: 'Bearer a.b.c' }
  expect(await outcome(send(`${base}/protected`, 'GET', { headers }))).toEqual([
    401,
    'invalid_token',
  ])
}

async function refreshes({ base, laptop }: Journey): Promise<void> {
  const body = { refreshToken: 'csr_nothing' }
  expect(await outcome(send(`${base}/auth/refresh-token`, 'POST', { body }))).toEqual([
    401,
    'refresh_token_invalid',
  ])
  const before = laptop.held()
  expect((await laptop.refresh()).status).toBe(200)
  const after = laptop.held()
  expect(after.refreshToken).not.toBe(before.refreshToken)
  expect(claimsOf(after.accessToken).sid).toBe(claimsOf(before.accessToken).sid)
  await laptop.refreshInVain()
  await laptop.refreshInVain()
  expect((await laptop.refresh()).status).toBe(200)
  expect(await isOpen(laptop)).toBe(true)
}

/** Somebody copied the phone's refresh token, and uses it after the phone has moved on. */
async function isRobbed({ base, laptop, phone, wait }: Journey): Promise<void> {
  await phone.login('ada')
  const { refreshToken } = phone.held()
  for (let step = 0; step < 2; step += 1) expect((await phone.refresh()).status).toBe(200)
  wait(11_000)
  const steal = () => {
    const headers = { Origin: base, Cookie: `refresh_token=${refreshToken}` }
    const stolen = phone.transport === 'bearer' ? { body: { refreshToken } } : { headers }
    return send(`${base}/auth/refresh-token`, 'POST', stolen)
  }
  expect(await outcome(steal())).toEqual([401, 'refresh_token_replayed'])
  expect(await outcome(phone.refresh())).toEqual([401, 'session_ended'])
  expect(await isOpen(laptop)).toBe(true)
}

async function logsOutRemotely({ laptop, phone }: Journey): Promise<void> {
  await phone.login('ada')
  const { body } = await laptop.call('GET', '/auth/sessions')
  expect(body.sessions?.map(({ current }) => current).sort()).toEqual([false, true])
  const other = body.sessions?.find(({ current }) => !current)?.id
  expect(await outcome(laptop.call('DELETE', '/auth/sessions/x'))).toEqual([404, 'not_found'])
  expect((await laptop.call('DELETE', `/auth/sessions/${other}`)).status).toBe(204)

  expect((await phone.call('GET', '/protected')).body.code).toBe('session_ended')
  expect((await phone.refresh()).body.code).toBe('session_ended')
  expect(await isOpen(laptop)).toBe(true)
}

async function changesPassword({ laptop, phone }: Journey): Promise<void> {
  await phone.login('ada')
  const change = (currentPassword: string) =>
    laptop.call('POST', '/auth/password', { currentPassword, newPassword })
  expect((await change('not the password')).status).toBe(401)
  expect((await change(password)).status).toBe(200)
  expect(await isOpen(laptop)).toBe(true)
  expect((await laptop.refresh()).status).toBe(200)
  expect(await isOpen(phone)).toBe(false)
  expect((await phone.refresh()).body.code).toBe('session_ended')
  expect((await phone.login('ada')).body.code).toBe('invalid_credentials')
}

async function logsOutEverywhere({ base, laptop, phone }: Journey): Promise<void> {
  expect((await phone.login('ada', newPassword)).status).toBe(200)
  for (const path of ['logout', 'logout-all']) {
    expect((await send(`${base}/auth/${path}`, 'POST')).body.code).toBe('credentials_missing')
  }
  expect((await phone.call('POST', '/auth/logout')).status).toBe(204)
  expect(await isOpen(phone)).toBe(false)
  expect(await isOpen(laptop)).toBe(true)
  expect((await phone.login('ada', newPassword)).status).toBe(200)
  expect((await laptop.call('POST', '/auth/logout-all')).status).toBe(204)
  expect(laptop.cookies()).toEqual(laptop.transport === 'cookie' ? ['device_token'] : [])
  expect(await isOpen(laptop)).toBe(false)
  expect(await isOpen(phone)).toBe(false)
  expect((await phone.refresh()).body.code).toBe('session_ended')
}

async function deletesAccount({ base, laptop }: Journey): Promise<void> {
  expect((await laptop.login('ada', newPassword)).status).toBe(200)
  expect((await send(`${base}/auth/profile`, 'DELETE')).body.code).toBe('credentials_missing')
  expect((await laptop.call('DELETE', '/auth/profile')).status).toBe(204)
  expect(await isOpen(laptop)).toBe(false)
  expect((await laptop.login('ada', newPassword)).body.code).toBe('invalid_credentials')
}
