/** The same form routes on Fastify and on `Request` → `Response`. */

import { getRequestListener } from '@hono/node-server'
import { fastify } from 'fastify'
import { Hono } from 'hono'
import type { Auth } from '../../src/auth.ts'
import * as fastifyAdapter from '../../src/fastify/index.ts'
import * as fetchAdapter from '../../src/fetch/index.ts'
import { listenFastify } from '../support/serve-fastify.ts'
import { listen } from '../support/test-server.ts'

type Fields = Readonly<Record<string, string>>

const fields = (text: string): Fields => Object.fromEntries(new URLSearchParams(text))

function onFastify(auth: Auth): Promise<string> {
  const { requireAuth, register, logIn, changePassword, logOut } = fastifyAdapter
  const app = fastify()
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, text, done) => done(null, fields(text as string)),
  )
  const guarded = { onRequest: requireAuth(auth, { loginPage: '/login' }) }
  app.get('/me', guarded, (request, reply) => reply.send(request.auth.sub))
  app.post<{ Body: Fields }>('/register', async ({ raw, body }, reply) => {
    await register(auth, { raw }, reply, body)
    return reply.redirect('/me', 303)
  })
  app.post<{ Body: Fields }>('/login', async (request, reply) => {
    await logIn(auth, request, reply, request.body)
    return reply.redirect('/me', 303)
  })
  app.post<{ Body: Fields }>('/password', guarded, async (request, reply) => {
    await changePassword(auth, request, reply, request.auth, request.body)
    return reply.redirect('/me', 303)
  })
  app.post('/logout', async (request, reply) => {
    await logOut(auth, request, reply)
    return reply.redirect('/login', 303)
  })
  return listenFastify(app)
}

function onFetch(auth: Auth): Promise<string> {
  const { requireAuth, carryHeaders, register, logIn, changePassword, logOut } = fetchAdapter
  const verify = requireAuth(auth)
  const app = new Hono()
  const seeOther = (path: string, headers: readonly fetchAdapter.HeaderLine[]): Response =>
    carryHeaders(Response.redirect(`http://localhost${path}`, 303), headers)
  app.onError(
    (error) =>
      new Response(error.message, { status: (error as { status?: number }).status ?? 500 }),
  )
  app.get('/me', async (c) => {
    const { claims, headers, response } = await verify(c.req.raw)
    if (response?.status === 401) return seeOther('/login', [])
    return response ?? carryHeaders(new Response(claims.sub), headers)
  })
  app.post('/register', async (c) => {
    const form = fields(await c.req.text())
    return seeOther('/me', (await register(auth, c.req.raw, form)).headers)
  })
  app.post('/login', async (c) => {
    const form = fields(await c.req.text())
    return seeOther('/me', (await logIn(auth, c.req.raw, form)).headers)
  })
  app.post('/password', async (c) => {
    const { claims, headers, response } = await verify(c.req.raw)
    if (response) return response
    const form = fields(await c.req.text())
    const done = await changePassword(auth, c.req.raw, claims, form)
    return carryHeaders(seeOther('/me', headers), done.headers)
  })
  app.post('/logout', async (c) => seeOther('/login', (await logOut(auth, c.req.raw)).headers))
  return listen(getRequestListener(app.fetch))
}

export const formServers: readonly (readonly [string, (auth: Auth) => Promise<string>])[] = [
  ['Fastify', onFastify],
  ['fetch on Hono', onFetch],
]
