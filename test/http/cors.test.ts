/** Cross-origin reads (C7, ASVS 3.4.2). */

import { expect, test } from 'vitest'
import { authHandler } from '../../src/node/index.ts'
import { send } from '../support/send.ts'
import { listen, shareServer } from '../support/test-server.ts'

const listed = 'https://spa.example'
const server = shareServer({ issuer: 'https://app.example', origins: [listed] })
const closed = shareServer({ issuer: 'https://app.example' })

const allowed = (headers: Headers) => headers.get('access-control-allow-origin')
const strangers = [
  'null',
  '*',
  'https://evil.example',
  'https://spa.example.evil.com',
  'https://evilspa.example',
  'https://sub.spa.example',
  'https://spa.example:8443',
  'http://spa.example',
  'https://SPA.example',
  'https://app.example',
]

test('C7: a listed origin may read answers and errors, with credentials', async () => {
  for (const path of ['/auth/profile', '/auth/nowhere', '/auth/openapi.json']) {
    const headers = { Origin: listed }
    const answer = await send(`${server.get().base}${path}`, 'GET', { headers })
    expect(allowed(answer.headers)).toBe(listed)
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true')
    expect(answer.headers.get('vary')).toBe('Origin')
  }
})

test('C7: a preflight of a listed origin names the methods of the path', async () => {
  const headers = { Origin: listed, 'Access-Control-Request-Method': 'PATCH' }
  const answer = await send(`${server.get().base}/auth/profile`, 'OPTIONS', { headers })
  expect(answer.status).toBe(204)
  expect(answer.headers.get('access-control-allow-methods')).toBe('GET, PATCH, DELETE')
  expect(answer.headers.get('access-control-allow-headers')).toBe('Authorization, Content-Type')
})

test('C7: no other origin is ever named', async () => {
  for (const Origin of strangers) {
    for (const method of ['GET', 'OPTIONS', 'POST']) {
      const { headers } = await send(`${server.get().base}/auth/login`, method, {
        headers: { Origin },
      })
      expect([Origin, allowed(headers)]).toEqual([Origin, null])
      expect(headers.get('access-control-allow-credentials')).toBeNull()
    }
  }
})

test('C7: without a list there are no such headers at all', async () => {
  for (const Origin of ['https://app.example', listed]) {
    const headers = { Origin }
    const answer = await send(`${closed.get().base}/auth/profile`, 'GET', { headers })
    expect(allowed(answer.headers)).toBeNull()
    expect(answer.headers.get('vary')).toBeNull()
  }
})

test('C7: what the application has said that its answers vary by, and its cookies, stay', async () => {
  const handle = authHandler(server.get().auth)
  const url = await listen((request, response) => {
    response.setHeader('Vary', 'Accept-Encoding')
    response.setHeader('Set-Cookie', 'theme=dark')
    response.setHeader('Cache-Control', 'public')
    handle(request, response)
  })
  const headers = { Origin: listed, Cookie: '__Secure-refresh_token=no-token' }
  const answer = await send(`${url}/auth/refresh-token`, 'POST', { headers })
  expect(answer.body.code).toBe('refresh_token_invalid')
  expect(answer.headers.get('vary')).toBe('Accept-Encoding, Origin')
  const [first, ...own] = answer.headers.getSetCookie()
  expect([first, own.length > 0]).toEqual(['theme=dark', true])
  expect(answer.headers.get('cache-control')).toBe('no-store')
})
