/** Renewed cookies on answers that were made without them. */

import { expect, test } from 'vitest'
import { carryHeaders } from '../../src/fetch/index.ts'

const renewed = [
  ['Set-Cookie', 'access_token=a; Path=/'],
  ['Set-Cookie', 'refresh_token=b; Path=/'],
  ['Cache-Control', 'no-store'],
] as const

test('T7: cookies stand beside those of the page, and no-store wins over what it says to caches', () => {
  const page = new Response('page', {
    headers: {
      'Cache-Control': 'public, max-age=3600',
      Expires: 'Fri, 31 Dec 9999 23:59:59 GMT',
      'CDN-Cache-Control': 'max-age=60',
      'Set-Cookie': 'theme=dark; Path=/',
    },
  })
  const { headers } = carryHeaders(page, renewed)
  expect(headers.getSetCookie()).toEqual(['theme=dark; Path=/', renewed[0][1], renewed[1][1]])
  expect(headers.get('cache-control')).toBe('no-store')
  expect([headers.get('expires'), headers.get('cdn-cache-control')]).toEqual([null, null])
})

test('an answer whose headers cannot change is copied', async () => {
  const redirect = carryHeaders(Response.redirect('http://localhost/orders', 303), renewed)
  expect([redirect.status, redirect.headers.get('location')]).toEqual([
    303,
    'http://localhost/orders',
  ])
  expect(redirect.headers.getSetCookie()).toHaveLength(2)
})

test('C3: a cookie takes the place of an earlier one of the same name and path, and of no other', () => {
  const cleared = 'refresh_token=; Path=/auth; Max-Age=0'
  const page = new Response('page', { headers: { 'Set-Cookie': cleared } })
  const changed = ['Set-Cookie', 'refresh_token=c; Path=/; HttpOnly'] as const
  const { headers } = carryHeaders(carryHeaders(page, renewed), [changed])
  expect(headers.getSetCookie()).toEqual([cleared, renewed[0][1], changed[1]])
  expect(headers.get('cache-control')).toBe('no-store')
})

test('without headers the answer stays as it is', () => {
  const page = new Response('page', { headers: { 'Cache-Control': 'public' } })
  expect(carryHeaders(page, [])).toBe(page)
  expect(page.headers.get('cache-control')).toBe('public')
})
