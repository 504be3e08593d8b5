/** Two server processes on one SQLite file are one service. */

import { readdirSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import {
  createSender,
  logInOver,
  refreshOver,
  registerOver,
  type Send,
  startServerProcess,
  temporaryFolder,
} from './server-process.ts'

const greatestDelayMilliseconds = 1000

async function startTwo(folder: string): Promise<readonly [Send, Send]> {
  const [one, other] = await Promise.all([startServerProcess(folder), startServerProcess(folder)])
  return [createSender(one.url, 4), createSender(other.url, 4)]
}

const jwksOf = async (send: Send): Promise<unknown> =>
  (await send('GET', '/auth/.well-known/jwks.json')).body

test('an account registered on one process logs in on the other', async () => {
  const [one, other] = await startTwo(temporaryFolder())
  expect((await registerOver(one, 'ada')).status).toBe(201)
  expect((await logInOver(other, 'ada')).status).toBe(200)
  expect((await registerOver(other, 'ADA')).body.code).toBe('username_taken')
})

test('R10: a log-out on one process ends the access token on the other within a second', async () => {
  const [one, other] = await startTwo(temporaryFolder())
  await registerOver(one, 'ada')
  for (let round = 0; round < 5; round += 1) {
    const { body } = await logInOver(one, 'ada')
    const accessToken = String(body.accessToken)
    // Known to the other's cache, so nothing but the feed can end it there.
    expect((await other('GET', '/protected', { accessToken })).status).toBe(200)
    expect((await one('POST', '/auth/logout', { accessToken })).status).toBe(204)
    const endedAt = performance.now()
    while ((await other('GET', '/protected', { accessToken })).status === 200) {
      if (performance.now() - endedAt > 2 * greatestDelayMilliseconds) break
      await pause(2)
    }
    expect(performance.now() - endedAt).toBeLessThan(greatestDelayMilliseconds)
    expect((await other('GET', '/protected', { accessToken })).status).toBe(401)
  }
})

test.each([1, 2, 3])(
  'processes that start at the same moment on an empty folder agree on key and secret (%i)',
  async () => {
    const folder = temporaryFolder()
    const [one, other] = await startTwo(folder)
    const jwks = await jwksOf(one)
    expect(jwks).toEqual(await jwksOf(other))
    expect((jwks as { keys: unknown[] }).keys.length).toBe(1)
    expect(readdirSync(folder).filter((name) => name.startsWith('secret'))).toEqual(['secret'])

    await registerOver(one, 'ada')
    const { body } = await logInOver(one, 'ada')
    const accessToken = String(body.accessToken)
    expect((await other('GET', '/protected', { accessToken })).status).toBe(200)
    // A refresh token carries a code made with the secret.
    const refreshed = await refreshOver(other, String(body.refreshToken))
    expect(refreshed.status).toBe(200)
    expect((await refreshOver(one, String(refreshed.body.refreshToken))).status).toBe(200)
  },
)
