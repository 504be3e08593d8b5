/** The guards on Express, and the owner check (OWASP API1: broken object level authorization). */

import express from 'express'
import { describe, expect, onTestFinished, test } from 'vitest'
import { authRouter, requireAuth, requireOwner } from '../../src/express/index.ts'
import { createTestAuth, testPassword } from '../../src/testing/index.ts'
import { send } from '../support/send.ts'
import { listen, password } from '../support/test-server.ts'

async function makeAuth() {
  const made = await createTestAuth()
  onTestFinished(made.close)
  return made
}

async function serve() {
  const { auth, loginAs } = await makeAuth()
  const app = express()
  const owners = new Map<string, string>()
  app.use('/auth', authRouter(auth))
  const ownerOf = (request: express.Request) => owners.get(String(request.params.id))
  const answer: express.RequestHandler = (request, response) => {
    response.json({ user: request.auth.sub })
  }
  app.get('/notes/:id', requireOwner(auth, ownerOf), answer)
  app.get(
    '/later/:id',
    requireOwner(auth, async (request) => ownerOf(request) ?? null),
    answer,
  )
  app.get('/both/:id', requireAuth(auth), requireOwner(auth, ownerOf), answer)
  app.get(
    '/broken',
    requireOwner(auth, () => Promise.reject(new Error('boom'))),
    answer,
  )
  app.get('/admin', requireAuth(auth, { roles: ['admin'] }), answer)
  const tellError: express.ErrorRequestHandler = (error, _request, response, _next) => {
    response.status(500).json({ code: error.message })
  }
  app.use(tellError)
  const base = await listen(app)
  const logIn = async (name: string) => {
    const { user, headers } = await loginAs(name)
    return { id: user.id, get: (path: string) => send(`${base}${path}`, 'GET', { headers }) }
  }
  return { base, owners, logIn }
}

test('people touch only what is theirs', async () => {
  const { base, owners, logIn } = await serve()
  const [ada, bob] = [await logIn('ada'), await logIn('bob')]
  owners.set('1', ada.id)
  for (const path of ['/notes/1', '/later/1', '/both/1']) {
    expect([path, (await ada.get(path)).status]).toEqual([path, 200])
    const refused = await bob.get(path)
    expect([path, refused.status, refused.body.code]).toEqual([path, 403, 'forbidden'])
    expect((await send(`${base}${path}`, 'GET')).body.code).toBe('credentials_missing')
  }
})

test('what nobody owns is forbidden, as what somebody else owns', async () => {
  const ada = await (await serve()).logIn('ada')
  for (const path of ['/notes/2', '/later/2', '/both/2', '/notes/undefined']) {
    expect([path, (await ada.get(path)).status]).toEqual([path, 403])
  }
})

test('T9: what other middleware wrote into req.auth is not believed', async () => {
  const { auth } = await createTestAuth()
  const app = express()
  app.use((request, _response, next) => {
    Object.assign(request, { auth: { sub: 'victim' } })
    next()
  })
  app.get(
    '/victim',
    requireOwner(auth, () => 'victim'),
    (_request, response) => {
      response.json({ secret: true })
    },
  )
  const base = await listen(app)
  expect((await send(`${base}/victim`, 'GET')).status).toBe(401)
})

test('T9: responses that share their locals share nobody’s claims', async () => {
  const { auth, loginAs } = await makeAuth()
  const app = express()
  const shared = {}
  app.use((_request, response, next) => {
    response.locals = shared
    next()
  })
  const [ada, bob] = [await loginAs('ada'), await loginAs('bob')]
  const answer: express.RequestHandler = (_request, response) => void response.json({})
  const isAdas = requireOwner(auth, () => ada.user.id)
  let goOn = (): void => {}
  const bobHasAsked = new Promise<void>((resolve) => {
    goOn = resolve
  })
  app.get('/own', isAdas, answer)
  app.get(
    '/wait',
    requireAuth(auth),
    (_request, _response, next) => void bobHasAsked.then(() => next()),
    isAdas,
    answer,
  )
  const base = await listen(app)
  const get = (path: string, headers = {}) => send(`${base}${path}`, 'GET', { headers })
  expect((await get('/own', ada.headers)).status).toBe(200)
  expect((await get('/own')).status).toBe(401)
  expect((await get('/own', bob.headers)).status).toBe(403)
  const waiting = get('/wait', ada.headers)
  expect((await get('/own', bob.headers)).status).toBe(403)
  goOn()
  expect((await waiting).status).toBe(200)
})

test('locals that take nothing keep nobody out', async () => {
  const { auth, loginAs } = await makeAuth()
  const ada = await loginAs('ada')
  for (const locals of [Object.freeze({ title: 'Notes' }), null]) {
    const app = express()
    app.use((_request, response, next) => {
      Object.assign(response, { locals })
      next()
    })
    const isAdas = requireOwner(auth, () => ada.user.id)
    app.get('/own', requireAuth(auth), isAdas, (_request, response) => void response.json({}))
    const base = await listen(app)
    expect((await send(`${base}/own`, 'GET', { headers: ada.headers })).status).toBe(200)
    expect((await send(`${base}/own`, 'GET')).status).toBe(401)
  }
})

test('what is added to req.auth between the two guards stays', async () => {
  const { auth, loginAs } = await makeAuth()
  const ada = await loginAs('ada')
  const app = express()
  const addName: express.RequestHandler = (request, _response, next) => {
    Object.assign(request, { auth: { ...request.auth, name: 'Ada' } })
    next()
  }
  const isAdas = requireOwner(auth, () => ada.user.id)
  app.get('/name', requireAuth(auth), addName, isAdas, (request, response) => {
    response.json(request.auth)
  })
  const base = await listen(app)
  const { body } = await send(`${base}/name`, 'GET', { headers: ada.headers })
  expect(body).toMatchObject({ name: 'Ada', sub: ada.user.id })
})

test('a scope that no token can have is a mistake of the programmer', async () => {
  const { auth } = await createTestAuth()
  expect(() => requireAuth(auth, { scopes: ['größe'] })).toThrow(TypeError)
})

test('an error while the owner is looked up goes to Express, and nobody passes', async () => {
  const ada = await (await serve()).logIn('ada')
  const { status, body } = await ada.get('/broken')
  expect([status, body.code]).toEqual([500, 'boom'])
})

test('T9: a role comes from the token, never from the request', async () => {
  const ada = await (await serve()).logIn('ada')
  const answer = await ada.get('/admin?roles=admin')
  expect([answer.status, answer.body.code]).toEqual([403, 'forbidden'])
})

describe('bodies', () => {
  test('malformed JSON before express.json() is a problem document', async () => {
    const { base } = await serve()
    const answer = await send(`${base}/auth/login`, 'POST', { body: '{' })
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_json'])
  })

  test('what another parser made of a form is not read as JSON', async () => {
    const { auth } = await makeAuth()
    const app = express()
    app.use(express.urlencoded({ extended: true }), express.text({ type: 'text/plain' }))
    app.use('/auth', authRouter(auth))
    const base = await listen(app)
    const form = `username=ada&password=${password}`
    for (const [type, body] of [
      ['application/x-www-form-urlencoded', form],
      ['text/plain', JSON.stringify({ username: 'ada', password })],
    ] as const) {
      const headers = { 'Content-Type': type }
      const answer = await send(`${base}/auth/login`, 'POST', { body, headers })
      expect([type, answer.status]).toEqual([type, 415])
    }
  })

  test('a parser that keeps bytes or text changes nothing', async () => {
    for (const parser of [express.raw, express.text]) {
      const { auth, loginAs } = await makeAuth()
      const app = express()
      app.use(parser({ type: 'application/json' }))
      app.use('/auth', authRouter(auth))
      const base = await listen(app)
      await loginAs('ada')
      const body = { username: 'ada', password: testPassword }
      expect((await send(`${base}/auth/login`, 'POST', { body })).status).toBe(200)
      expect((await send(`${base}/auth/login`, 'POST', { body: '{' })).body.code).toBe(
        'invalid_json',
      )
    }
  })
})
