/** A browser without JavaScript on Fastify and on `Request` → `Response`: forms, pages, renewal. */

import { expect, test } from 'vitest'
import { createCookieJar } from '../support/cookie-jar.ts'
import { quarterHour, renewing } from '../support/renewal-server.ts'
import { createTestAuth, password } from '../support/test-server.ts'
import { formServers } from './form-routes.ts'

async function browse(serve: (typeof formServers)[number][1]) {
  const { auth, advance, events } = await createTestAuth(renewing)
  const base = await serve(auth)
  const jar = createCookieJar(() => 0)
  const go = async (
    method: string,
    path: string,
    form?: Record<string, string>,
    site = 'same-origin',
  ) => {
    const answer = await fetch(`${base}${path}`, {
      method,
      headers: { Cookie: jar.header(path), Accept: 'text/html', 'Sec-Fetch-Site': site },
      body: form === undefined ? null : new URLSearchParams(form),
      redirect: 'manual',
    })
    jar.keep(answer.headers.getSetCookie())
    const location = answer.headers.get('location')
    const way = location && new URL(location, base).pathname
    return { status: answer.status, way, text: await answer.text() }
  }
  return { go, jar, advance, events }
}

const next = 'another battery horse'

test.each(formServers)(
  '%s: register, log in, read after an hour, change the password, log out',
  async (_, serve) => {
    const { go, jar, advance, events } = await browse(serve)
    const ada = { username: 'ada', password }
    expect(await go('POST', '/register', ada)).toMatchObject({ status: 303 })
    expect(await go('GET', '/me')).toMatchObject({ status: 303, way: '/login' })
    expect(await go('POST', '/login', ada)).toMatchObject({ status: 303, way: '/me' })
    const { text: id } = await go('GET', '/me')
    advance(4 * quarterHour)
    expect(await go('GET', '/me')).toMatchObject({ status: 200, text: id })
    advance(quarterHour)
    // A form that is the first request after the access token has expired renews and is done.
    const change = { currentPassword: password, newPassword: next }
    expect(await go('POST', '/password', change)).toMatchObject({ status: 303, way: '/me' })
    expect(await go('GET', '/me')).toMatchObject({ status: 200, text: id })
    expect(await go('POST', '/logout')).toMatchObject({ status: 303, way: '/login' })
    expect(jar.header('/')).not.toMatch(/(access|refresh)_token/)
    expect(await go('POST', '/login', { username: 'ada', password: next })).toMatchObject({
      status: 303,
    })
    expect(events.map(({ type }) => type)).toContain('password_changed')
  },
)

test.each(formServers)('C4: %s: a form of another site does nothing', async (_, serve) => {
  const { go, jar, advance } = await browse(serve)
  const ada = { username: 'ada', password }
  await go('POST', '/register', ada)
  expect((await go('POST', '/login', ada, 'cross-site')).status).toBe(403)
  expect(jar.header('/')).toBe('')
  await go('POST', '/login', ada)
  expect((await go('POST', '/logout', {}, 'cross-site')).status).toBe(403)
  advance(quarterHour)
  const change = { currentPassword: password, newPassword: next }
  expect((await go('POST', '/password', change, 'cross-site')).status).toBe(403)
  expect((await go('GET', '/me')).status).toBe(200)
})
