/** The device cookie when `renewInGuard` is switched: the owner's device stays a known one. */

import { expect, test } from 'vitest'
import { createCookieJar } from '../support/cookie-jar.ts'
import { send } from '../support/send.ts'
import { createTestAuth, password, serveNode } from '../support/test-server.ts'

const issuer = 'https://app.example'
const limits = { login: { failures: 1, longestPause: '15m', network: 'off' } } as const

test.each([
  ['on', false, true],
  ['off', true, false],
])(
  'ASVS 6.1.1: a device is known after the option was switched %s, and the owner not locked out',
  async (_, before, after) => {
    const jar = createCookieJar(() => 0)
    const first = await createTestAuth({ issuer, limits, cookies: { renewInGuard: before } })
    const second = await createTestAuth({
      ...{ issuer, limits, dataFolder: first.folder, cookies: { renewInGuard: after } },
    })
    const bases = [await serveNode(first.auth), await serveNode(second.auth)] as const
    const logIn = async (base: string, headers: Record<string, string>, given = password) => {
      const body = { username: 'ada', password: given, transport: 'cookie' }
      return send(`${base}/auth/login`, 'POST', { body, headers: { Origin: issuer, ...headers } })
    }
    await first.auth.register({ username: 'ada', password })
    jar.keep((await logIn(bases[0], {})).setCookies)
    // A stranger's guess makes every stranger wait.
    expect((await logIn(bases[1], {}, 'wrong')).status).toBe(401)
    expect((await logIn(bases[1], {})).status).toBe(429)
    const known = await logIn(bases[1], { Cookie: jar.header('/auth/login') })
    expect(known.status).toBe(200)
  },
)
