/** `renewInGuard` switched on or off under browsers that are logged in (decision 0009). */

import { describe, expect, test } from 'vitest'
import type { AuthOptions } from '../../src/options/auth-options.ts'
import { claimsOf } from '../support/client.ts'
import { createCookieJar } from '../support/cookie-jar.ts'
import { send } from '../support/send.ts'
import { createTestAuth, password, serveNode } from '../support/test-server.ts'

const on: AuthOptions = { cookies: { renewInGuard: true } }

/** Two servers on one database, one with the option and one without, and a browser. */
async function start(issuer: string) {
  const first = await createTestAuth({ issuer })
  const second = await createTestAuth({ issuer, dataFolder: first.folder, ...on })
  const bases = { off: await serveNode(first.auth), on: await serveNode(second.auth) }
  const jar = createCookieJar(() => 0)
  const call = async (which: 'on' | 'off', method: string, path: string, body?: unknown) => {
    const headers = { Origin: issuer, Cookie: jar.header(path) }
    const answer = await send(`${bases[which]}${path}`, method, { body, headers })
    jar.keep(answer.setCookies)
    return answer
  }
  const logIn = (which: 'on' | 'off') =>
    call(which, 'POST', '/auth/login', { username: 'ada', password, transport: 'cookie' })
  const refresh = (which: 'on' | 'off') => call(which, 'POST', '/auth/refresh-token')
  await call('on', 'POST', '/auth/register', { username: 'ada', password })
  const sessionOf = (name: string) => claimsOf(jar.get(name)).sid
  const advance = (milliseconds: number) => {
    first.advance(milliseconds)
    second.advance(milliseconds)
  }
  return { jar, call, logIn, refresh, sessionOf, advance, events: [first.events, second.events] }
}

const places = [
  [
    'https',
    'https://app.example',
    '__Host-access_token',
    '__Host-refresh_token /',
    '__Secure-refresh_token /auth',
  ],
  [
    'http on this machine',
    'http://localhost:3000',
    'access_token',
    'refresh_token /',
    'refresh_token /auth',
  ],
] as const

describe.each(places)('%s', (_, issuer, access, formOn, formOff) => {
  const refreshNames = (names: readonly string[]) =>
    names.filter((name) => name.includes('refresh'))

  test.each([
    ['on', 'off', formOn],
    ['off', 'on', formOff],
  ] as const)(
    'switched %s: the next refresh takes the old cookie and leaves only the new one',
    async (to, from, form) => {
      const { jar, logIn, refresh, sessionOf } = await start(issuer)
      await logIn(from)
      const session = sessionOf(access)
      expect((await refresh(to)).status).toBe(200)
      // Where both forms have one name, it takes one more to see that there are two.
      expect((await refresh(to)).status).toBe(200)
      expect([sessionOf(access), refreshNames(jar.names())]).toEqual([session, [form]])
    },
  )

  test('a deployment with both kinds of servers logs nobody out', async () => {
    const { logIn, refresh, sessionOf, advance } = await start(issuer)
    await logIn('off')
    const session = sessionOf(access)
    for (const which of ['on', 'off', 'off', 'on', 'on', 'off', 'on'] as const) {
      advance(16 * 60_000)
      expect([which, (await refresh(which)).status]).toEqual([which, 200])
    }
    expect(sessionOf(access)).toBe(session)
  })

  test('of two cookies of one session the newer is used, so a remnant is no replay', async () => {
    const { jar, logIn, refresh, advance, events } = await start(issuer)
    await logIn('off')
    const remnant = jar
      .header('/auth')
      .split('; ')
      .find((pair) => pair.includes('refresh'))
    for (let step = 1; step <= 3; step += 1) {
      expect((await refresh('on')).status).toBe(200)
      advance(16 * 60_000)
    }
    jar.keep([`${remnant}; Path=/auth`])
    expect((await refresh('on')).status).toBe(200)
    jar.keep([`${remnant}; Path=/auth`])
    expect((await refresh('off')).status).toBe(200)
    expect(events.flat().filter(({ type }) => type === 'session_ended')).toEqual([])
  })

  test('a log-out ends both sessions and clears both cookies', async () => {
    const { jar, call, logIn, refresh } = await start(issuer)
    await logIn('off')
    const remnant = jar
      .header('/auth')
      .split('; ')
      .find((pair) => pair.includes('refresh'))
    jar.drop(String(remnant?.split('=')[0]))
    await logIn('on')
    jar.keep([`${remnant}; Path=/auth`])
    expect((await call('on', 'POST', '/auth/logout')).status).toBe(204)
    expect(refreshNames(jar.names())).toEqual([])
    jar.keep([`${remnant}; Path=/auth`])
    expect((await refresh('off')).body.code).toBe('session_ended')
  })
})

test('of two cookies of two sessions the form that is set now wins', async () => {
  const { jar, logIn, refresh, sessionOf } = await start('https://app.example')
  await logIn('off')
  const planted = `__Secure-refresh_token=${jar.get('__Secure-refresh_token')}; Path=/auth`
  jar.drop('__Secure-refresh_token')
  await logIn('on')
  const session = sessionOf('__Host-access_token')
  jar.keep([planted])
  await refresh('on')
  expect(sessionOf('__Host-access_token')).toBe(session)
  expect(jar.names()).not.toContain('__Secure-refresh_token /auth')
})
