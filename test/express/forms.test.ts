/** Form routes of an application, which work without JavaScript, and its pages behind a guard. */

import express from 'express'
import { expect, test } from 'vitest'
import { AuthError } from '../../src/errors.ts'
import {
  changePassword,
  logIn,
  logOut,
  register,
  requireAuth,
  returnTarget,
} from '../../src/express/index.ts'
import type { AuthOptions } from '../../src/options/auth-options.ts'
import { claimsOf } from '../support/client.ts'
import { createCookieJar } from '../support/cookie-jar.ts'
import { openFailingStores } from '../support/failing-stores.ts'
import { createTestAuth, listen, password } from '../support/test-server.ts'

async function start(options: AuthOptions = {}) {
  const { auth, advance, events } = await createTestAuth({
    cookies: { renewInGuard: true },
    ...options,
  })
  const app = express()
  app.use(express.urlencoded({ extended: true }))
  app.post('/register', async (request, response) => {
    response.send((await register(auth, request, response, request.body)).id)
  })
  app.post('/login', async (request, response) => {
    await logIn(auth, request, response, request.body)
    response.redirect(303, returnTarget(request.body.returnTo, ['/account'], '/'))
  })
  app.post('/logout', async (request, response) => {
    await logOut(auth, request, response)
    response.redirect(303, '/login')
  })
  const guard = requireAuth(auth, { loginPage: '/login' })
  app.get('/account', guard, (request, response) => void response.send(request.auth.sid))
  app.post('/leave', guard, async (request, response) => {
    await logOut(auth, request, response)
    response.redirect(303, '/login')
  })
  app.post('/password', guard, async (request, response) => {
    await changePassword(auth, request, response, request.auth, request.body)
    response.redirect(303, '/account')
  })
  const admin = requireAuth(auth, {
    roles: ['admin'],
    loginPage: '/login',
    onRefused: (error, _request, _response, next) => next(error),
  })
  app.get('/admin', admin)
  const broken = requireAuth(auth, {
    onRefused: () => {
      throw new Error('boom')
    },
  })
  app.use('/shop', express.Router().get('/basket', guard).get('/broken', broken))
  const showError: express.ErrorRequestHandler = (error, _request, response, _next) => {
    response.status(error instanceof AuthError ? error.status : 500)
    response.send(error instanceof AuthError ? error.code : error.message)
  }
  app.use(showError)
  const base = await listen(app)
  let now = 0
  const jar = createCookieJar(() => now)
  const visit = async (
    path: string,
    form?: Readonly<Record<string, string>> | string,
    headers: Readonly<Record<string, string>> = { 'Sec-Fetch-Site': 'same-origin' },
  ) => {
    const answer = await fetch(`${base}${path}`, {
      method: form === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: { Accept: 'text/html', Cookie: jar.header(path), ...headers },
      body: form === undefined ? null : new URLSearchParams(form),
    })
    const setCookies = answer.headers.getSetCookie()
    jar.keep(setCookies)
    const to = answer.headers.get('location')
    return { status: answer.status, to, text: await answer.text(), setCookies, answer }
  }
  return {
    ...{ auth, jar, visit, events },
    enter: async (name: string) => {
      await visit('/register', { username: name, password })
      return visit('/login', { username: name, password, returnTo: '/account' })
    },
    wait: (milliseconds: number) => {
      now += milliseconds
      advance(milliseconds)
    },
  }
}

const quarterHour = 16 * 60_000

test('a form logs in, and leads back to the page that asked for it', async () => {
  const { enter, visit, wait } = await start()
  const asked = await visit('/account?tab=2')
  expect([asked.status, asked.to]).toEqual([303, '/login?returnTo=%2Faccount%3Ftab%3D2'])
  const { status, to, answer } = await enter('ada')
  expect([status, to, answer.headers.get('cache-control')]).toEqual([303, '/account', 'no-store'])
  const session = (await visit('/account')).text
  wait(quarterHour)
  const page = await visit('/account')
  expect([page.status, page.text, page.setCookies.length]).toEqual([200, session, 3])
})

test('the way back is that of the whole site, also under a mounted router', async () => {
  const { visit } = await start()
  expect((await visit('/shop/basket')).to).toBe('/login?returnTo=%2Fshop%2Fbasket')
})

test('C6, C4: a form of another site does nothing, nor does one that does not say where it is from', async () => {
  const { enter, visit, jar, events } = await start()
  await enter('ada')
  const before = [jar.header(), events.length]
  const foreign: readonly Readonly<Record<string, string>>[] = [
    {},
    { Origin: 'null' },
    { Origin: 'https://evil.example' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
  ]
  for (const headers of foreign) {
    for (const path of ['/login', '/register', '/logout', '/leave', '/password']) {
      const form = { username: 'eve', password, currentPassword: password, newPassword: password }
      const { status, text, setCookies } = await visit(path, form, headers)
      expect([path, status, setCookies]).toEqual([path, 403, []])
      expect(text).toContain('csrf_refused')
    }
  }
  expect([jar.header(), events.length]).toEqual(before)
  for (const cookie of jar.names()) jar.drop(cookie.split(' ')[0] ?? '')
  expect((await visit('/logout', {}, {})).text).toBe('csrf_refused')
})

test('H3: what a parser makes of a form is checked like JSON', async () => {
  const { visit } = await start()
  const wrong = ['', 'username=ada', 'username[]=ada&password=x', 'username=ada&password[$ne]=x']
  for (const form of [...wrong, 'username=ada&email=ada@example.com&password=x']) {
    const { status, text, setCookies } = await visit('/login', form)
    expect([form, status, text, setCookies]).toEqual([form, 400, 'invalid_request', []])
  }
  expect((await visit('/login', { username: 'nobody', password })).text).toBe('invalid_credentials')
})

test('T9: a form gives itself nothing that its page does not ask for', async () => {
  const { visit, auth } = await start()
  await visit('/register', { username: 'ada', password, roles: 'admin', transport: 'bearer' })
  expect(await auth.users.find('ada')).toMatchObject({ roles: [], scopes: [] })
})

test('R11: a second log-in in one browser ends the earlier session', async () => {
  const { enter, visit, events } = await start()
  await enter('ada')
  const session = (await visit('/account')).text
  await visit('/login', { username: 'ada', password })
  expect(events).toContainEqual(
    expect.objectContaining({ sessionId: session, reason: 'second_login' }),
  )
  expect((await visit('/account')).text).not.toBe(session)
})

// It outlives a log-out: it opens nothing, and keeps a stranger's guesses from this device.
const onlyDevice = ['device_token /']

test('R10: a log-out ends the session, also long after the access cookie has gone, and repeated', async () => {
  const { enter, visit, jar, wait, events } = await start()
  await enter('ada')
  wait(quarterHour)
  for (let time = 1; time <= 2; time += 1) {
    expect((await visit('/logout', {})).to).toBe('/login')
    expect(jar.names()).toEqual(onlyDevice)
  }
  expect(events.map(({ type }) => type)).toContain('session_ended')
  expect((await visit('/account')).status).toBe(303)
})

test('a log-out in a page whose cookies were just renewed leaves none', async () => {
  const { enter, visit, jar, wait } = await start()
  await enter('ada')
  wait(quarterHour)
  const { status, setCookies } = await visit('/leave', {})
  expect([status, setCookies.every((line) => line.includes('Max-Age=0')), jar.names()]).toEqual([
    303,
    true,
    onlyDevice,
  ])
})

test('C3: a password change in a page whose cookies were just renewed sets those of the new session', async () => {
  const { enter, visit, jar, wait } = await start()
  await enter('ada')
  const session = (await visit('/account')).text
  wait(quarterHour)
  const form = { currentPassword: password, newPassword: 'another horse battery' }
  const { status, setCookies } = await visit('/password', form)
  const live = setCookies.filter((line) => !line.includes('Max-Age=0'))
  expect([status, live.length]).toEqual([303, 3])
  expect(claimsOf(jar.get('access_token')).sid).not.toBe(session)
  expect((await visit('/account')).status).toBe(200)
  const again = await visit('/password', form)
  expect([again.text, again.setCookies]).toEqual(['invalid_credentials', []])
})

test('`loginOnRegister` logs a registration in', async () => {
  const { visit } = await start({ loginOnRegister: true })
  expect((await visit('/register', { username: 'ada', password })).setCookies).toHaveLength(4)
  expect((await visit('/account')).status).toBe(200)
})

test('a refusal that no log-in mends goes where `onRefused` sends it', async () => {
  const { enter, visit } = await start()
  expect((await visit('/admin')).to).toBe('/login?returnTo=%2Fadmin')
  await enter('ada')
  const { status, text } = await visit('/admin')
  expect([status, text]).toEqual([403, 'forbidden'])
  await visit('/logout', {})
  const broken = await visit('/shop/broken')
  expect([broken.status, broken.text]).toEqual([500, 'boom'])
})

test('Z2: in an outage a log-out says so, and the cookies stay', async () => {
  const { folder } = await createTestAuth()
  const failing = await openFailingStores(folder)
  const { enter, visit, jar } = await start({ stores: failing.stores })
  await enter('ada')
  const before = jar.header()
  failing.watch(() => true)
  const { text, setCookies } = await visit('/logout', {})
  expect([text, setCookies, jar.header()]).toEqual(['temporarily_unavailable', [], before])
})

test('forms without `renewInGuard` are a mistake of the programmer', async () => {
  const { visit } = await start({ cookies: { renewInGuard: false } })
  const { status, text } = await visit('/login', { username: 'ada', password })
  expect([status, text]).toEqual([500, expect.stringContaining('renewInGuard: true')])
})
