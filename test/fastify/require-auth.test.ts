/** The guards as Fastify hooks, and the owner check (OWASP API1: broken object level authorization). */

import { type FastifyInstance, type FastifyRequest, fastify } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { requireAuth, requireOwner } from '../../src/fastify/index.ts'
import { createTestAuth } from '../../src/testing/index.ts'

async function prepare() {
  const made = await createTestAuth()
  onTestFinished(made.close)
  const app = fastify()
  onTestFinished(() => app.close())
  return { ...made, app }
}

async function serve() {
  const { auth, app, loginAs } = await prepare()
  const owners = new Map<string, string>()
  const ownerOf = ({ params }: { params: { id?: string } }) => owners.get(String(params.id))
  const answer = async ({ auth: { sub } }: FastifyRequest) => ({ user: sub })
  const owner = requireOwner(auth, ownerOf)
  app.get('/notes/:id', { onRequest: owner }, answer)
  app.get(
    '/later/:id',
    { preHandler: requireOwner(auth, async (request) => ownerOf(request) ?? null) },
    answer,
  )
  app.get('/both/:id', { onRequest: [requireAuth(auth), owner] }, answer)
  const broken = requireOwner(auth, () => Promise.reject(new Error('boom')))
  app.get('/broken', { onRequest: broken }, answer)
  app.get('/admin', { onRequest: requireAuth(auth, { roles: ['admin'] }) }, answer)
  const logIn = async (name: string) => {
    const { user, headers } = await loginAs(name)
    return { id: user.id, get: (url: string) => app.inject({ url, headers: { ...headers } }) }
  }
  return { app, owners, logIn }
}

const outcome = ({ statusCode, body }: Awaited<ReturnType<FastifyInstance['inject']>>) => [
  statusCode,
  JSON.parse(body).code,
]

test('people touch only what is theirs', async () => {
  const { app, owners, logIn } = await serve()
  const [ada, bob] = [await logIn('ada'), await logIn('bob')]
  owners.set('1', ada.id)
  for (const path of ['/notes/1', '/later/1', '/both/1']) {
    expect([path, (await ada.get(path)).json()]).toEqual([path, { user: ada.id }])
    expect([path, outcome(await bob.get(path))]).toEqual([path, [403, 'forbidden']])
    expect([path, outcome(await app.inject(path))]).toEqual([path, [401, 'credentials_missing']])
  }
})

test('what nobody owns is forbidden, as what somebody else owns', async () => {
  const ada = await (await serve()).logIn('ada')
  for (const path of ['/notes/2', '/later/2', '/both/2', '/notes/undefined']) {
    expect([path, outcome(await ada.get(path))]).toEqual([path, [403, 'forbidden']])
  }
})

test('an error while the owner is looked up goes to Fastify, and nobody passes', async () => {
  const ada = await (await serve()).logIn('ada')
  const answer = await ada.get('/broken')
  expect([answer.statusCode, answer.json().message]).toEqual([500, 'boom'])
})

test('T9: a role comes from the token, never from the request', async () => {
  const ada = await (await serve()).logIn('ada')
  expect(outcome(await ada.get('/admin?roles=admin'))).toEqual([403, 'forbidden'])
})

test('what another plugin wrote into request.auth is not believed', async () => {
  const { auth, app } = await prepare()
  app.addHook('onRequest', async (request) => {
    Object.assign(request, { auth: { sub: 'victim' } })
  })
  app.get('/victim', { preHandler: requireOwner(auth, () => 'victim') }, async () => 'secret')
  expect((await app.inject('/victim')).statusCode).toBe(401)
})

test('an application that has decorated its requests with `auth` itself can use the guard', async () => {
  const { auth, app, loginAs } = await prepare()
  app.decorateRequest('auth', null as never)
  app.get('/protected', { onRequest: requireAuth(auth) }, async ({ auth: { sub } }) => ({ sub }))
  app.get('/open', async (request) => ({ auth: request.auth }))
  const { user, headers } = await loginAs('ada')
  const answer = await app.inject({ url: '/protected', headers: { ...headers } })
  expect(answer.json()).toEqual({ sub: user.id })
  expect((await app.inject('/open')).json()).toEqual({ auth: null })
})

test('one hook guards a whole part of an application', async () => {
  const { auth, app, loginAs } = await prepare()
  app.register((part, _options, done) => {
    part.addHook('onRequest', requireAuth(auth))
    part.post('/notes', async ({ auth: { sub } }) => ({ sub }))
    done()
  })
  app.get('/open', async () => 'open')
  const { user, headers } = await loginAs('ada')
  const post = { method: 'POST', url: '/notes', payload: {} } as const
  expect((await app.inject({ ...post, headers: { ...headers } })).json()).toEqual({ sub: user.id })
  const refused = await app.inject(post)
  expect(outcome(refused)).toEqual([401, 'credentials_missing'])
  expect(refused.headers['www-authenticate']).toBe('Bearer realm="api"')
  expect((await app.inject('/open')).statusCode).toBe(200)
})

test('a scope that no token can have is a mistake of the programmer', async () => {
  const { auth } = await prepare()
  expect(() => requireAuth(auth, { scopes: ['größe'] })).toThrow(TypeError)
})
