/** `cookies.renewInGuard` over HTTP: what is renewed, what is refused, and what the answer carries. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import express5 from 'express'
import express4 from 'express4'
import { describe, expect, test } from 'vitest'
import type { Auth } from '../../src/auth.ts'
import { requireAuth as guardExpress } from '../../src/express/index.ts'
import { prepareRequirements } from '../../src/http/guard.ts'
import { guardWithRenewal } from '../../src/http/guard-with-renewal.ts'
import { requireAuth as guardNode } from '../../src/node/require-auth.ts'
import type { AuthOptions } from '../../src/options/auth-options.ts'
import { claimsOf, createClient, loggedIn } from '../support/client.ts'
import { openFailingStores } from '../support/failing-stores.ts'
import { pageRequest } from '../support/renewal.ts'
import { type Answer, send } from '../support/send.ts'
import { createTestAuth, listen, serveNode } from '../support/test-server.ts'

const quarterHour = 16 * 60_000
const renewing: AuthOptions = { cookies: { renewInGuard: true } }

type Page = (request: IncomingMessage, response: ServerResponse) => void
type Serve = (auth: Auth, page: Page) => Promise<string>

const onExpress =
  (express: typeof express5): Serve =>
  (auth, page) => {
    const app = express()
    app.use(guardExpress(auth), page)
    return listen(app)
  }
const onNode: Serve = (auth, page) => {
  const verify = guardNode(auth)
  return listen(async (request, response) => {
    if (await verify(request, response)) page(request, response)
  })
}
const frameworks: readonly (readonly [string, Serve])[] = [
  ['node:http', onNode],
  ['Express 5', onExpress(express5)],
  ['Express 4', onExpress(express4 as typeof express5)],
]

async function start(options: AuthOptions = renewing) {
  const made = await createTestAuth(options)
  const base = await serveNode(made.auth)
  const client = await loggedIn(base, 'ada', 'cookie')
  const { refreshToken, accessToken } = client.held()
  const refreshCookie = `refresh_token=${refreshToken}`
  const get = (headers: Record<string, string>, method = 'GET', url = base) =>
    send(`${url}/page`, method, { headers })
  return { ...made, base, client, get, refreshCookie, accessToken }
}

const names = ({ setCookies }: Answer): string[] =>
  setCookies.map((line) =>
    line.replace(/=([^;]?)[^;]*;.*?(Max-Age=0)?;?( .*)?$/, (_, v) => (v ? '' : ' cleared')),
  )

describe.each(frameworks)('on %s', (_, serve) => {
  test('T7, C3: the answer has new cookies once each, and no page lets a cache keep it', async () => {
    const { auth, refreshCookie } = await start()
    const pages: readonly Page[] = [
      (_request, response) => {
        response.setHeader('Cache-Control', 'public, max-age=3600')
        response.setHeader('Expires', 'Fri, 31 Dec 9999 23:59:59 GMT')
        response.setHeader('CDN-Cache-Control', 'max-age=60')
        response.setHeader('Set-Cookie', 'theme=dark; Path=/')
        response.end('page')
      },
      (_request, response) => {
        const headers = {
          'cache-control': 'public, max-age=3600',
          'set-cookie': 'theme=dark; Path=/',
        }
        response.writeHead(200, 'Fine', headers).end('page')
      },
      (_request, response) => {
        response.setHeader('Set-Cookie', 'lost=1')
        const flat = ['Cache-Control', 'public', 'Set-Cookie', 'theme=dark; Path=/', 'X-Of', 'page']
        response.writeHead(200, flat).end('page')
      },
      (_request, response) => {
        response.setHeader('Surrogate-Control', 'max-age=60')
        response.setHeader('Set-Cookie', ['theme=dark; Path=/'])
        response.flushHeaders()
        response.write('pa')
        response.end('ge')
      },
    ]
    for (const page of pages) {
      const base = await serve(auth, page)
      const answer = await send(`${base}/page`, 'GET', { headers: { Cookie: refreshCookie } })
      expect([answer.status, answer.text]).toEqual([200, 'page'])
      expect(answer.headers.get('cache-control')).toBe('no-store')
      for (const name of ['expires', 'cdn-cache-control', 'surrogate-control']) {
        expect(answer.headers.get(name)).toBeNull()
      }
      const live = answer.setCookies.filter((line) => !line.includes('Max-Age=0'))
      expect(live.map((line) => line.split('=')[0])).toEqual([
        'theme',
        'access_token',
        'refresh_token',
      ])
    }
  })

  test('the page code knows who asks, and reads the body of a form', async () => {
    const { auth, refreshCookie, accessToken } = await start()
    const base = await serve(auth, async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      response.end(body)
    })
    const headers = { Cookie: refreshCookie, 'Sec-Fetch-Site': 'same-origin' }
    const answer = await send(base, 'POST', { body: 'amount=3', headers })
    expect([answer.status, answer.text]).toEqual([200, 'amount=3'])
    const renewed = /access_token=([^;]+)/.exec(answer.setCookies.join('\n'))?.[1]
    expect(claimsOf(renewed).sid).toBe(claimsOf(accessToken).sid)
  })

  test('a page that was not renewed keeps its own headers', async () => {
    const { auth, accessToken, refreshCookie } = await start()
    const base = await serve(auth, (_request, response) => {
      response.setHeader('Cache-Control', 'private, max-age=60')
      response.end()
    })
    const headers = { Cookie: `access_token=${accessToken}; ${refreshCookie}` }
    for (let visit = 1; visit <= 2; visit += 1) {
      const answer = await send(base, 'GET', { headers })
      expect([answer.headers.get('cache-control'), answer.setCookies]).toEqual([
        'private, max-age=60',
        [],
      ])
    }
  })
})

test('C1: the refresh cookie is __Host-, Path=/ and Lax, whoever sets it', async () => {
  const issuer = 'https://app.example'
  const { auth } = await createTestAuth({ ...renewing, issuer })
  const base = await serveNode(auth)
  await createClient(base).register('ada')
  const body = { username: 'ada', password: 'correct horse battery', transport: 'cookie' }
  const login = await send(`${base}/auth/login`, 'POST', { body, headers: { Origin: issuer } })
  const cookie = login.setCookies.at(-1)?.split(';')[0] ?? ''
  const page = await send(`${base}/page`, 'GET', { headers: { Cookie: cookie } })
  for (const { setCookies } of [login, page]) {
    expect(setCookies.map((line) => line.replace(/=[^;]*;/, ';'))).toEqual([
      '__Secure-refresh_token; Path=/auth; Max-Age=0; HttpOnly; SameSite=Strict; Secure',
      '__Host-access_token; Path=/; Max-Age=900; HttpOnly; SameSite=Lax; Secure',
      '__Host-refresh_token; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure',
    ])
  }
  // Where pages are, a cookie of the other form can only have been planted.
  const planted = cookie.replace('__Host-', '__Secure-')
  const refused = await send(`${base}/page`, 'GET', { headers: { Cookie: planted } })
  expect([refused.status, refused.setCookies]).toEqual([401, []])
})

test('an expired, vanished or unknown access cookie is renewed, and the new pair goes on', async () => {
  const { get, advance, refreshCookie, accessToken } = await start()
  expect((await get({ Cookie: refreshCookie })).status).toBe(200)
  expect((await get({ Cookie: `${refreshCookie}; access_token=planted` })).status).toBe(200)
  advance(quarterHour)
  const renewed = await get({ Cookie: `${refreshCookie}; access_token=${accessToken}` })
  expect(names(renewed)).toEqual(['refresh_token cleared', 'access_token', 'refresh_token'])
  const cookies = renewed.setCookies.slice(1).map((line) => line.split(';')[0])
  expect((await get({ Cookie: cookies.join('; ') })).setCookies).toEqual([])
  advance(quarterHour)
  expect((await get({ Cookie: cookies[1] ?? '' })).status).toBe(200)
})

test('a signing key that leaked and was replaced logs nobody out', async () => {
  const { auth, get, refreshCookie, accessToken } = await start()
  await auth.keys.rotate({ now: true })
  const answer = await get({ Cookie: `access_token=${accessToken}; ${refreshCookie}` })
  expect([answer.status, answer.setCookies.length]).toEqual([200, 3])
})

test('C4: an unsafe request from elsewhere renews nothing', async () => {
  const { get, refreshCookie, accessToken, advance } = await start()
  const foreign = [
    {},
    { Origin: 'null' },
    { Origin: 'https://evil.example' },
    { 'Sec-Fetch-Site': 'same-site' },
  ]
  advance(quarterHour)
  for (const cookie of [refreshCookie, `access_token=${accessToken}; ${refreshCookie}`]) {
    for (const headers of foreign) {
      const { status, body, setCookies } = await get({ Cookie: cookie, ...headers }, 'POST')
      expect([status, body.code, setCookies]).toEqual([403, 'csrf_refused', []])
    }
    expect((await get({ Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' }, 'POST')).status).toBe(
      200,
    )
    // Followed from a page elsewhere: a safe method may renew.
    expect((await get({ Cookie: cookie, 'Sec-Fetch-Site': 'cross-site' })).status).toBe(200)
  }
})

test('C8: bearer mode renews nothing', async () => {
  const { get, refreshCookie, accessToken, advance } = await start()
  advance(quarterHour)
  const answer = await get({ Cookie: refreshCookie, Authorization: `Bearer ${accessToken}` })
  expect([answer.body.code, answer.setCookies]).toEqual(['token_expired', []])
})

test('without the option no refresh cookie is read', async () => {
  const { get, refreshCookie } = await start({})
  const answer = await get({ Cookie: refreshCookie })
  expect([answer.body.code, answer.setCookies]).toEqual(['credentials_missing', []])
})

test('a token that was verified before costs no promise', async () => {
  const { auth, accessToken, refreshCookie } = await start()
  const cookie = `access_token=${accessToken}; ${refreshCookie}`
  const judge = () =>
    guardWithRenewal(auth.http.core, pageRequest({ cookie }), prepareRequirements())
  await judge()
  expect(judge()).toMatchObject({ sid: claimsOf(accessToken).sid })
})

test('more than thirty renewals a minute are no client in a loop', async () => {
  const { get, refreshCookie } = await start()
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => get({ Cookie: refreshCookie })),
  )
  expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(200))
})

describe('a refused renewal', () => {
  test('clears the cookies of a token that is not ours, or was replayed', async () => {
    const { get, refreshCookie, client, advance } = await start()
    const foreign = await get({ Cookie: 'refresh_token=planted' })
    expect([foreign.body.code, names(foreign)]).toEqual([
      'refresh_token_invalid',
      ['access_token cleared', 'refresh_token cleared'],
    ])
    expect(foreign.headers.get('cache-control')).toBe('no-store')
    for (let step = 1; step <= 2; step += 1) await client.refresh()
    const late = await get({ Cookie: refreshCookie })
    expect([late.body.code, late.setCookies]).toEqual(['refresh_token_superseded', []])
    advance(11_000)
    const replayed = await get({ Cookie: refreshCookie })
    expect([replayed.body.code, replayed.setCookies.length]).toEqual(['refresh_token_replayed', 2])
  })

  test('leaves the cookies alone when the session has ended', async () => {
    const { get, refreshCookie, client } = await start()
    await client.call('POST', '/auth/logout')
    const answer = await get({ Cookie: refreshCookie })
    expect([answer.body.code, answer.setCookies]).toEqual(['session_ended', []])
  })

  test('Z2, R15: is 503 in an outage, clears nothing and uses nothing up', async () => {
    const { folder } = await createTestAuth()
    const failing = await openFailingStores(folder)
    const { get, refreshCookie } = await start({ ...renewing, stores: failing.stores })
    failing.watch(() => true)
    const { status, headers, setCookies } = await get({ Cookie: refreshCookie })
    expect([status, headers.get('retry-after'), setCookies]).toEqual([503, '1', []])
    failing.watch(() => false)
    expect((await get({ Cookie: refreshCookie })).status).toBe(200)
  })
})

test('who may not see the page gets the new cookies with the refusal', async () => {
  const { auth, refreshCookie } = await start()
  const verify = guardNode(auth, { roles: ['admin'] })
  const base = await listen((request, response) => void verify(request, response))
  const answer = await send(base, 'GET', { headers: { Cookie: refreshCookie } })
  expect([answer.status, names(answer)]).toEqual([
    403,
    ['refresh_token cleared', 'access_token', 'refresh_token'],
  ])
})
