/** What other services read: keys, metadata, OpenAPI; and how the router answers what it lacks. */

import { describe, expect, test } from 'vitest'
import { paths } from '../../src/wire.ts'
import { send, sendRaw } from '../support/send.ts'
import { createTestAuth, serveNode, shareServer } from '../support/test-server.ts'

const server = shareServer()
const get = (path: string, method = 'GET') => send(`${server.get().base}/auth${path}`, method)

test.each(['ES256', 'EdDSA', 'RS256'] as const)(
  'K1: the JWKS holds public members only: %s',
  async (algorithm) => {
    const { auth } = await createTestAuth({ accessToken: { algorithm } })
    const base = await serveNode(auth)
    const { headers, text } = await send(`${base}/auth/.well-known/jwks.json`, 'GET')
    const { keys } = JSON.parse(text) as { keys: Record<string, string>[] }
    expect(headers.get('cache-control')).toMatch(/max-age=\d+/)
    expect(keys.length).toBeGreaterThan(0)
    for (const key of keys) {
      expect(key).toMatchObject({ alg: algorithm, use: 'sig', kid: expect.any(String) })
      const open = new Set(['alg', 'use', 'kid', 'kty', 'crv', 'x', 'y', 'n', 'e'])
      expect(Object.keys(key).filter((member) => !open.has(member))).toEqual([])
    }
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length)
  },
)

test('K1: a shared secret is never in the JWKS', async () => {
  const { auth } = await createTestAuth({ accessToken: { algorithm: 'HS256' } })
  const base = await serveNode(auth)
  expect((await send(`${base}/auth/.well-known/jwks.json`, 'GET')).text).toBe('{"keys":[]}')
})

test('RFC 8414: the metadata name the issuer and the keys', async () => {
  const { auth } = await createTestAuth({ issuer: 'https://app.example', basePath: '/api/auth' })
  const base = await serveNode(auth)
  const { text } = await send(`${base}/api/auth${paths.metadata}`, 'GET')
  expect(JSON.parse(text)).toMatchObject({
    issuer: 'https://app.example',
    jwks_uri: 'https://app.example/api/auth/.well-known/jwks.json',
    access_token_signing_alg_values_supported: ['ES256'],
  })
})

describe('OpenAPI', () => {
  test('is 3.1 and names every route', async () => {
    const description = JSON.parse((await get('/openapi.json')).text)
    expect(description.openapi).toMatch(/^3\.1\./)
    const named = Object.keys(description.paths)
    expect(named.sort()).toEqual([...Object.values(paths), '/sessions/{id}'].sort())
    const operations = Object.values<Record<string, { operationId: string }>>(description.paths)
    const ids = operations.flatMap((path) => Object.values(path).map((one) => one.operationId))
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toHaveLength(15)
  })

  test('every reference in it leads somewhere', async () => {
    const { text } = await get('/openapi.json')
    const { components } = JSON.parse(text)
    for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      expect(components.schemas).toHaveProperty(name)
    }
  })
})

describe('the router', () => {
  test('HEAD is GET without the body', async () => {
    const whole = await get('/openapi.json')
    const { status, headers, text } = await get('/openapi.json', 'HEAD')
    expect([status, text]).toEqual([200, ''])
    expect(headers.get('content-length')).toBe(String(Buffer.byteLength(whole.text)))
  })

  test('an unknown path is 404', async () => {
    const strange = ['/nowhere', '', '/', '//', '/login/', '/login/x', '/sessions/a/b', '/LOGIN']
    for (const path of [...strange, '/__proto__', '/constructor', '/%6cogin', '/sessions/:id/x']) {
      expect([path, (await get(path)).status]).toEqual([path, 404])
    }
  })

  test('H5: a method that a path lacks is 405 with Allow', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const { status, headers, body } = await get('/login', method)
      expect([status, body.code, headers.get('allow')]).toEqual([405, 'method_not_allowed', 'POST'])
    }
    expect((await get('/profile', 'PUT')).headers.get('allow')).toBe('GET, PATCH, DELETE')
  })

  test('H5: every path of the description refuses every method that it does not declare', async () => {
    const description = JSON.parse((await get('/openapi.json')).text)
    const declared = Object.entries<Record<string, unknown>>(description.paths)
    for (const [path, operations] of declared.filter(([name]) => name !== paths.check)) {
      const known = Object.keys(operations).map((method) => method.toUpperCase())
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']) {
        if (known.includes(method)) continue
        const { status, headers } = await get(path.replace('{id}', 'x'), method)
        expect([path, method, status]).toEqual([path, method, 405])
        expect(headers.get('allow')?.split(', ').sort()).toEqual(known.sort())
      }
    }
  })

  test('H5: TRACE does nothing', async () => {
    const answer = await sendRaw(server.get().base, [
      'TRACE /auth/profile HTTP/1.1',
      'Cookie: secret=1',
    ])
    expect(answer).toMatch(/^HTTP\/1\.1 405 /)
    expect(answer).not.toContain('secret')
  })

  test('paths beside the mount point are not answered', async () => {
    const { base } = server.get()
    expect((await send(`${base}/authx/login`, 'POST')).body.code).toBe('credentials_missing')
  })
})
