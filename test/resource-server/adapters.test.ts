/** `requireAuth` of every adapter takes a verifier: bearer tokens, no cookies, no store. */

import express from 'express'
import { fastify } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import * as forExpress from '../../src/express/index.ts'
import * as forFastify from '../../src/fastify/index.ts'
import * as forFetch from '../../src/fetch/index.ts'
import type { GuardRequirements } from '../../src/http/guard.ts'
import * as forNode from '../../src/node/index.ts'
import type { ServiceVerifier } from '../../src/resource-server/index.ts'
import { startIssuer } from '../support/issuer.ts'
import { listen } from '../support/test-server.ts'

type Serve = (verifier: ServiceVerifier, requirements?: GuardRequirements) => Promise<string>

const ways: readonly (readonly [string, Serve])[] = [
  [
    'Express',
    (verifier, requirements) => {
      const app = express()
      app.use(forExpress.requireAuth(verifier, requirements))
      app.all('/', (request, response) => void response.json({ user: request.auth.sub }))
      return listen(app)
    },
  ],
  [
    'Fastify',
    async (verifier, requirements) => {
      const app = fastify()
      app.addHook('onRequest', forFastify.requireAuth(verifier, requirements))
      app.all('/', (request, reply) => reply.send({ user: request.auth.sub }))
      onTestFinished(() => app.close())
      return app.listen({ host: '127.0.0.1', port: 0 })
    },
  ],
  [
    'plain node:http',
    (verifier, requirements) => {
      const verify = forNode.requireAuth(verifier, requirements)
      return listen(async (request, response) => {
        const claims = await verify(request, response)
        if (claims !== undefined) response.end(JSON.stringify({ user: claims.sub }))
      })
    },
  ],
  [
    'fetch',
    (verifier, requirements) => {
      const verify = forFetch.requireAuth(verifier, requirements)
      return listen(async (incoming, outgoing) => {
        const headers = Object.entries(incoming.headers) as [string, string][]
        const url = `http://127.0.0.1${incoming.url}`
        const { claims, response } = await verify(new Request(url, { method: 'POST', headers }))
        const answer = response ?? Response.json({ user: claims.sub })
        outgoing.writeHead(answer.status, Object.fromEntries(answer.headers))
        outgoing.end(await answer.text())
      })
    },
  ],
]

test.each(ways)('on %s a bearer token passes and everything else is answered', async (_, serve) => {
  const issuer = await startIssuer()
  const { headers, cookies, user } = await issuer.loginAs('ada', { scopes: ['notes'] })
  const verifier = issuer.verifier()
  const open = await serve(verifier)
  const scoped = await serve(verifier, { scopes: ['admin'] })
  const ask = (base: string, sent: Record<string, string> = {}) =>
    fetch(base, { method: 'POST', headers: sent })

  for (let round = 0; round < 2; round += 1) {
    const passed = await ask(open, headers)
    expect([passed.status, await passed.json()]).toEqual([200, { user: user.id }])
  }
  const without = await ask(open)
  expect([without.status, without.headers.get('www-authenticate')]).toEqual([
    401,
    'Bearer realm="api"',
  ])
  // A cookie of the issuer's host is not this service's, and so there is no forgery to look for.
  const byCookie = await ask(open, cookies)
  expect([byCookie.status, ((await byCookie.json()) as { code: string }).code]).toEqual([
    401,
    'credentials_missing',
  ])
  expect((await ask(open, { ...headers, ...cookies })).status).toBe(200)
  expect((await ask(open, { Authorization: 'Bearer x' })).status).toBe(401)
  const narrow = await ask(scoped, headers)
  expect([narrow.status, narrow.headers.get('www-authenticate')]).toEqual([
    403,
    'Bearer realm="api", error="insufficient_scope", scope="admin"',
  ])
})

test.each(ways)(
  'M32: on %s a service without keys answers 503 with Retry-After',
  async (_, serve) => {
    const issuer = await startIssuer()
    const { headers } = await issuer.loginAs('ada')
    issuer.answerWith((_request, response) => void response.writeHead(502).end())
    const base = await serve(issuer.verifier())
    const answer = await fetch(base, { method: 'POST', headers })
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]$/)
    expect(answer.headers.get('www-authenticate')).toBeNull()
  },
)

test.each(ways)(
  'on %s a log-in that is too old for a route is refused by its age',
  async (_, serve) => {
    const issuer = await startIssuer()
    const { headers } = await issuer.loginAs('ada')
    const base = await serve(issuer.verifier(), { maxAge: '5m' })
    expect((await fetch(base, { method: 'POST', headers })).status).toBe(200)
    issuer.clock.advance('6m')
    expect((await fetch(base, { method: 'POST', headers })).status).toBe(401)
  },
)

test('asking a verifier for fresh answers is a mistake that is told at the start', async () => {
  const verifier = (await startIssuer()).verifier()
  for (const { requireAuth } of [forExpress, forFastify, forNode, forFetch]) {
    expect(() => requireAuth(verifier, { fresh: true })).toThrow(/no store to ask/)
  }
})

test('whose a thing is can be asked of a verifier as well', async () => {
  const issuer = await startIssuer()
  const { headers, user } = await issuer.loginAs('ada')
  const app = express()
  const own = forExpress.requireOwner(issuer.verifier(), (request) => request.params.owner)
  app.get('/notes/:owner', own, (_request, response) => void response.end('mine'))
  const base = await listen(app)
  expect((await fetch(`${base}/notes/${user.id}`, { headers })).status).toBe(200)
  expect((await fetch(`${base}/notes/another`, { headers })).status).toBe(403)
})
