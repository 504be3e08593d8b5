/** What the answer to a page carries when its cookies were renewed, on every framework. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import express5 from 'express'
import express4 from 'express4'
import { describe, expect, test } from 'vitest'
import type { Auth } from '../../src/auth.ts'
import { requireAuth as guardExpress } from '../../src/express/index.ts'
import { requireAuth as guardNode } from '../../src/node/require-auth.ts'
import { claimsOf } from '../support/client.ts'
import { startRenewing } from '../support/renewal-server.ts'
import { send } from '../support/send.ts'
import { listen } from '../support/test-server.ts'

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

describe.each(frameworks)('on %s', (_, serve) => {
  test('T7, C3: the answer has new cookies once each, and no page lets a cache keep it', async () => {
    const { auth, refreshCookie } = await startRenewing()
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
    const { auth, refreshCookie, accessToken } = await startRenewing()
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
    const { auth, accessToken, refreshCookie } = await startRenewing()
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
