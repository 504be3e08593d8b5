/** Where a log-in may lead (C10; ASVS 3.7.2). */

import { expect, test } from 'vitest'
import { AuthError } from '../../src/errors.ts'
import { checkLoginPage, loginRedirect } from '../../src/http/login-redirect.ts'
import { returnTarget } from '../../src/http/return-target.ts'
import { pageRequest } from '../support/renewal.ts'

const allowed = ['/', '/orders', '/orders/', '/account']
const target = (value: unknown) => returnTarget(value, allowed, '/home')

test('C10: a listed page, and what is below a listed folder, with its query', () => {
  for (const good of ['/', '/orders', '/orders?page=2&q=%2F', '/orders/17', '/account']) {
    expect(target(good)).toBe(good)
  }
  expect(target('/?a=1')).toBe('/?a=1')
  expect(target('/orders/../account#top')).toBe('/account')
})

test('C10: anything else is the fallback', () => {
  const bad = [
    ...['https://evil.example', '//evil.example', '/\\evil.example', '\\/evil.example', '/%5cevil'],
    ...['/.//evil.example', '/orders/..//evil.example', '/orders/../..//evil.example'],
    ...['javascript:alert(1)', ' /orders', '/orders\n', '/orders\r\nX: y', '/\t/evil.example'],
    ...['orders', '', '/ordersX', '/orders/../admin', '/orders/%2e%2e/admin', '/logout', '/ä'],
    ...['/@evil.example', '/.evil.example', `/orders/${'x'.repeat(2048)}`],
    ...[undefined, null, 7, ['/orders'], { path: '/orders' }],
  ]
  for (const value of bad) expect([value, target(value)]).toEqual([value, '/home'])
  expect(returnTarget('/.//evil.example', ['//evil.example'], '/home')).toBe('/home')
})

test('C10: whatever is returned, browsers stay on the site', () => {
  const pieces = [
    '/',
    '//',
    '\\',
    '..',
    '.',
    '%2f',
    '%5c',
    'orders',
    'evil.example',
    '@',
    ':',
    '?',
    '#',
    '\t',
  ]
  for (const a of pieces) {
    for (const b of pieces) {
      for (const c of pieces) {
        const location = returnTarget(`/${a}${b}${c}`, ['/', '/orders', '/orders/'], '/')
        expect(new URL(location, 'https://app.example').origin).toBe('https://app.example')
      }
    }
  }
})

const html = { accept: 'text/html,application/xhtml+xml' }
const missing = new AuthError('credentials_missing')
const locationOf = (
  method: string,
  path: string,
  headers: Record<string, string> = html,
  error: unknown = missing,
) => loginRedirect('/login', pageRequest(headers, method), path, error)?.headers.Location

test('a page that needs a log-in leads to the log-in page, which is told the way back', () => {
  expect(locationOf('GET', '/orders?page=2')).toBe('/login?returnTo=%2Forders%3Fpage%3D2')
  expect(locationOf('POST', '/orders')).toBe('/login')
  expect(locationOf('GET', `/${'x'.repeat(1024)}`)).toBe('/login')
  const withQuery = loginRedirect('/start?log-in', pageRequest(html), '/a', missing)
  expect(withQuery).toMatchObject({
    status: 303,
    headers: { Location: '/start?log-in&returnTo=%2Fa', 'Cache-Control': 'no-store' },
  })
})

test('programs, and refusals that no log-in mends, are not sent there', () => {
  expect(locationOf('GET', '/', { accept: 'application/json' })).toBeUndefined()
  expect(locationOf('GET', '/', {})).toBeUndefined()
  for (const code of ['forbidden', 'csrf_refused', 'temporarily_unavailable'] as const) {
    expect(locationOf('GET', '/', html, new AuthError(code))).toBeUndefined()
  }
  expect(locationOf('GET', '/', html, new Error('boom'))).toBeUndefined()
})

test('a log-in page is a path of the site', () => {
  const paths = ['/login', '/', '/log-in?from=guard', undefined]
  for (const path of paths) expect(() => checkLoginPage(path)).not.toThrow()
  for (const path of [
    'login',
    '//evil.example',
    '/\\evil',
    'https://app.example/login',
    '/a b',
    '/a#b',
    '',
  ]) {
    expect(() => checkLoginPage(path)).toThrow(TypeError)
  }
})
