/** `examples/server-rendered` as a visitor without JavaScript meets it. */

import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCookieJar } from '../support/cookie-jar.ts'
import { type ExampleProcess, startExample } from '../support/example-process.ts'

const password = 'correct horse battery'
let example: ExampleProcess

beforeAll(async () => {
  example = await startExample('server-rendered')
})
afterAll(async () => {
  expect(await example.stop()).toBe(0)
})

type Form = Readonly<Record<string, string>>

function openBrowser() {
  const jar = createCookieJar(() => 0)
  const visit = async (path: string, form?: Form, headers: Form = { Origin: example.url }) => {
    const answer = await fetch(`${example.url}${path}`, {
      method: form === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: { Accept: 'text/html', Cookie: jar.header(path), ...headers },
      body: form === undefined ? null : new URLSearchParams(form),
    })
    jar.keep(answer.headers.getSetCookie())
    const { status, headers: sent } = answer
    return { status, to: sent.get('location'), text: await answer.text(), headers: sent }
  }
  return { jar, visit }
}

async function register(username: string) {
  const browser = openBrowser()
  const { status, to } = await browser.visit('/register', { username, password })
  expect([status, to]).toEqual([303, '/'])
  return browser
}

test('a visitor registers, ends the session of another browser, changes the password and logs out', async () => {
  const first = openBrowser()
  expect((await first.visit('/')).to).toBe('/login?returnTo=%2F')
  expect((await first.visit('/login?returnTo=%2F')).text).toContain('name="returnTo" value="/"')
  const { visit } = await register('ada')
  expect((await visit('/')).text).toContain('Hello, ada')

  const login = { username: 'ada', password, returnTo: '//evil.example' }
  expect((await first.visit('/login', login)).to).toBe('/')
  const page = (await visit('/')).text
  const [ending = ''] = /\/sessions\/[\w-]+\/end/.exec(page) ?? []
  expect(page.match(/\/sessions\/[\w-]+\/end/g)).toHaveLength(1)
  expect((await visit(ending, {})).to).toBe('/?done=session')
  expect((await first.visit('/')).to).toBe('/login?returnTo=%2F')

  const change = { currentPassword: password, newPassword: 'another horse battery' }
  expect((await visit('/password', change)).to).toBe('/?done=password')
  expect((await visit('/?done=password')).text).toContain('role="status"')
  expect((await visit('/logout', {})).to).toBe('/login')
  expect((await visit('/')).to).toBe('/login?returnTo=%2F')
})

test('mistakes are said on the page, and nothing that was typed becomes markup', async () => {
  const { visit } = openBrowser()
  const username = `"><script>alert(1)</script>`
  const wrong = await visit('/login', { username, password, returnTo: username })
  expect([wrong.status, wrong.text.includes('<script')]).toEqual([401, false])
  expect(wrong.text).toContain('<p>The name or the password is wrong.</p>')
  expect(wrong.text).toContain('value="&quot;&gt;&lt;script&gt;')
  const refused = await visit('/register', { username: 'bob', password: 'password1' })
  expect([refused.status, refused.text.includes('role="alert"')]).toEqual([400, true])
  expect((await visit('/register', { username: 'bob' })).status).toBe(400)
  expect((await visit('/nowhere')).status).toBe(404)
})

test('C6: the form of another site is refused on a page', async () => {
  const { visit, jar } = await register('carol')
  const before = jar.header()
  for (const headers of [{}, { Origin: 'https://evil.example' }, { Origin: 'null' }]) {
    for (const path of ['/login', '/logout', '/password', '/sessions/x/end']) {
      const { status, text } = await visit(path, { username: 'eve', password }, headers as Form)
      expect([path, status, text.includes('role="alert"')]).toEqual([path, 403, true])
    }
  }
  expect(jar.header()).toBe(before)
  expect((await visit('/')).status).toBe(200)
})

test('C9: pages run no script, are framed by nobody and kept by no cache', async () => {
  const { headers, text } = await openBrowser().visit('/login')
  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  expect(headers.get('content-security-policy')).not.toContain('unsafe')
  expect(headers.get('cache-control')).toBe('no-store')
  expect(text).not.toMatch(/<script|<style| style=| on\w+=/)
})

test('40 pages at once after the access cookie has gone: each is the page, and nobody is logged out', async () => {
  const { visit, jar } = await register('dave')
  for (let round = 1; round <= 3; round += 1) {
    jar.drop('access_token')
    const pages = await Promise.all(Array.from({ length: 40 }, () => visit('/')))
    expect(new Set(pages.map(({ status }) => status))).toEqual(new Set([200]))
    expect(pages.every(({ text }) => text.includes('Hello, dave'))).toBe(true)
  }
  expect((await visit('/')).status).toBe(200)
})
