/** The standalone server: what it answers beside the routes, and how it starts and stops. */

import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { AuthOptions } from '../../src/options/auth-options.ts'
import { readServerSettings } from '../../src/server/environment.ts'
import type { RunningServer } from '../../src/server/start-server.ts'
import { claimsOf, createClient, loggedIn } from '../support/client.ts'
import { send } from '../support/send.ts'
import { startStandalone } from '../support/standalone.ts'
import { password } from '../support/test-server.ts'

const start = (options: AuthOptions = {}, port = 0): Promise<RunningServer> =>
  startStandalone(options, { port })

test('port 0 takes a free one, and the issuer is where the server listens', async () => {
  const { url } = await start()
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d{4,5}$/)
  const { accessToken } = (await loggedIn(url, 'ada')).held()
  expect(claimsOf(accessToken)).toMatchObject({ iss: url, aud: url })
})

test('a guarded route is there as an example', async () => {
  const { url } = await start()
  const client = await loggedIn(url, 'ada')
  const answer = await client.call('GET', '/protected')
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
  expect((await send(`${url}/protected`, 'GET')).body.code).toBe('credentials_missing')
})

test('health needs nothing, readiness needs the database', async () => {
  const { url, auth } = await start()
  expect((await send(`${url}/healthz`, 'GET')).text).toBe('{"status":"ok"}')
  expect(JSON.parse((await send(`${url}/readyz`, 'GET')).text)).toEqual({
    status: 'ready',
    problems: [],
    feed: { stalenessMilliseconds: expect.any(Number) },
  })
  await auth.close()
  expect((await send(`${url}/healthz`, 'GET')).status).toBe(200)
  const { status, text, headers } = await send(`${url}/readyz`, 'GET')
  const { problems, ...body } = JSON.parse(text)
  expect([status, body.status]).toEqual([503, 'unready'])
  expect(problems).toMatchObject([{ code: 'database_unreachable', severity: 'error' }])
  expect(headers.get('retry-after')).toMatch(/^[123]$/)
})

test('Z2: after the database is closed log-in is 503, not 401 and not 500', async () => {
  const { url, auth } = await start()
  const client = await loggedIn(url, 'ada')
  await auth.close()
  for (const answer of [await client.login('ada'), await client.refresh()]) {
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toMatch(/^[123]$/)
  }
})

describe('the start page', () => {
  test('C9: allows nothing inline and has nothing inline', async () => {
    const { url } = await start()
    const { headers, text } = await send(url, 'GET')
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(text).not.toMatch(/<script|<style|\sstyle=|\son\w+=|javascript:/i)
    expect(text).toContain('1.2.3')
    expect(text).toContain(`${url}/auth/login`)
  })

  test('every link on it leads somewhere', async () => {
    const { url } = await start()
    const { text } = await send(url, 'GET')
    const links = [...text.matchAll(/href="([^"]+)"/g)].map(([, href = '']) => href)
    expect(links.length).toBeGreaterThan(4)
    for (const href of links) {
      expect([href, (await send(new URL(href, url).href, 'GET')).status]).toEqual([href, 200])
    }
  })

  test('HEAD has no body, other methods are 405 with Allow, other paths 404', async () => {
    const { url } = await start()
    expect((await send(url, 'HEAD')).text).toBe('')
    const posted = await send(`${url}/healthz`, 'POST')
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    for (const path of ['/nowhere', '/__proto__', '/auth', '/authx', '/healthz/']) {
      expect([path, (await send(`${url}${path}`, 'GET')).status]).toEqual([path, 404])
    }
  })
})

test('RFC 8414: the metadata are at the root place too, with the path of the issuer behind', async () => {
  const { url } = await start()
  const root = await send(`${url}/.well-known/oauth-authorization-server`, 'GET')
  expect(JSON.parse(root.text)).toMatchObject({ issuer: url })
  const tenant = await start({ issuer: 'https://auth.example/tenant' })
  const path = '/.well-known/oauth-authorization-server/tenant'
  expect((await send(`${tenant.url}${path}`, 'GET')).status).toBe(200)
})

describe('M29: stopping', () => {
  test('finishes what is in flight, and takes nothing new', async () => {
    const server = await start()
    await createClient(server.url).register('ada')
    const body = JSON.stringify({ username: 'ada', password })
    const { port } = new URL(server.url)
    const socket = connect(Number(port), '127.0.0.1')
    let answer = ''
    socket.setEncoding('utf8').on('data', (chunk) => {
      answer += chunk
    })
    const closed = new Promise((resolve) => socket.on('close', resolve))
    socket.write(
      `POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 10)}`,
    )
    await new Promise((resolve) => setTimeout(resolve, 50))
    const stopped = server.stop()
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow()
    socket.write(body.slice(10))
    await closed
    await stopped
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK/)
    expect(answer).toContain('"accessToken"')
  })

  test('asked twice it stops once', async () => {
    const server = await start()
    await Promise.all([server.stop(), server.stop()])
  })
})

describe('mistakes', () => {
  test('a port in use is one clear sentence', async () => {
    const { url } = await start()
    const port = Number(new URL(url).port)
    await expect(start({}, port)).rejects.toThrow(`port ${port} on 127.0.0.1 is in use; set PORT`)
  })

  test('a mistake in options is told, and the port is free again', async () => {
    const { url, stop } = await start()
    await stop()
    const port = Number(new URL(url).port)
    await expect(start({ basePath: 'x' }, port)).rejects.toThrow('basePath')
    expect((await start({}, port)).url).toBe(url)
  })

  test.each(['x', '-1', '65536', '1.5', '0x1F9000'])('PORT=%s is refused', (PORT) => {
    expect(() => readServerSettings({ PORT })).toThrow('PORT must be a whole number')
  })

  test('the server listens to this machine only, but in production', () => {
    expect(readServerSettings({})).toMatchObject({ host: '127.0.0.1', port: 3000 })
    const production = {
      NODE_ENV: 'production',
      COUNTERSIGN_ISSUER: 'https://auth.example',
      COUNTERSIGN_SECRET: 'x'.repeat(32),
    }
    expect(readServerSettings(production).host).toBe('0.0.0.0')
  })

  test('all mistakes are named at once, those of the port and of the library', () => {
    const read = () => readServerSettings({ PORT: 'http', COUNTERSIGN_ACCESS_LIFETIME: 'soon' })
    expect(read).toThrow(
      /PORT must be[\s\S]*accessToken\.lifetime \(COUNTERSIGN_ACCESS_LIFETIME\) must be/,
    )
  })
})
