/** The routes as a Fastify plugin, beside whatever else an application registers. */

import { PassThrough } from 'node:stream'
import { type FastifyInstance, fastify } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { authPlugin } from '../../src/fastify/index.ts'
import { createTestAuth, testPassword } from '../../src/testing/index.ts'

const credentials = { username: 'ada', password: testPassword }
const login = { method: 'POST', url: '/auth/login' } as const

async function prepare(options: Parameters<typeof createTestAuth>[0] = {}) {
  const made = await createTestAuth(options)
  onTestFinished(made.close)
  await made.loginAs('ada')
  return made
}

/** An application with the plugin; `setUp` runs before it is registered. */
async function createApp(setUp: (app: FastifyInstance) => void = () => undefined) {
  const { auth } = await prepare({ origins: ['https://app.example'] })
  const app = fastify()
  setUp(app)
  app.register(authPlugin(auth))
  onTestFinished(() => app.close())
  return app
}

test('inject works, without a socket', async () => {
  const app = await createApp()
  const answer = await app.inject({ ...login, payload: credentials })
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['content-type']).toBe('application/json')
  expect(answer.headers.connection).toBe('keep-alive')
  const headers = { authorization: `Bearer ${answer.json().accessToken}` }
  const profile = await app.inject({ url: '/auth/profile', headers })
  expect(profile.json().user.username).toBe('ada')
})

test('H1: malformed JSON is a problem document of ours, not an error of Fastify', async () => {
  const app = await createApp()
  const headers = { 'content-type': 'application/json' }
  const answer = await app.inject({ ...login, headers, payload: '{' })
  expect([answer.statusCode, answer.json().code]).toEqual([400, 'invalid_json'])
  expect(answer.headers['content-type']).toBe('application/problem+json')
})

test('parsers and the body limit of the application are not ours, and ours are not its', async () => {
  const app = fastify({ bodyLimit: 10 })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) =>
    done(null, `seen: ${text}`),
  )
  app.post('/echo', async ({ body }) => ({ body }))
  app.register(authPlugin((await prepare()).auth))
  onTestFinished(() => app.close())
  expect((await app.inject({ ...login, payload: credentials })).statusCode).toBe(200)
  const echo = { method: 'POST', url: '/echo', payload: {} } as const
  expect((await app.inject(echo)).json()).toEqual({ body: 'seen: {}' })
  const long = await app.inject({ ...echo, payload: { long: 'x'.repeat(20) } })
  expect([long.statusCode, long.json().code]).toEqual([413, 'FST_ERR_CTP_BODY_TOO_LARGE'])
})

test('a body that the application unpacks before parsing is read as it has unpacked it', async () => {
  const app = await createApp((one) => {
    one.addHook('preParsing', async (_request, _reply, payload) => {
      const whole: Buffer[] = []
      for await (const chunk of payload) whole.push(chunk as Buffer)
      const text = Buffer.concat(whole).toString()
      return new PassThrough().end(Buffer.from(text, 'base64'))
    })
  })
  const headers = { 'content-type': 'application/json' }
  const payload = Buffer.from(JSON.stringify(credentials)).toString('base64')
  expect((await app.inject({ ...login, headers, payload })).statusCode).toBe(200)
})

test("the application's hooks see every request and every answer, and their headers stay", async () => {
  const seen: string[] = []
  const app = await createApp((one) => {
    one.addHook('onRequest', async (_request, reply) => {
      reply.header('X-Frame-Options', 'DENY').header('Vary', 'Accept-Encoding')
    })
    one.addHook('preHandler', async ({ url }) => void seen.push(`preHandler ${url}`))
    one.addHook('onSend', async ({ url }) => void seen.push(`onSend ${url}`))
  })
  const { headers } = await app.inject('/auth/profile')
  expect(seen).toEqual(['preHandler /auth/profile', 'onSend /auth/profile'])
  expect(headers).toMatchObject({
    'x-frame-options': 'DENY',
    vary: 'Accept-Encoding, Origin',
    'cache-control': 'no-store',
  })
})

test('a preHandler hook that refuses is not got around by a strange media type', async () => {
  const app = await createApp((one) => {
    one.addHook('preHandler', async (_request, reply) => reply.code(403).send('no'))
  })
  for (const type of ['application/json', 'text/plain', 'nothing', '', ';']) {
    const headers = { 'content-type': type }
    const answer = await app.inject({ ...login, headers, payload: JSON.stringify(credentials) })
    expect([type, answer.statusCode]).toEqual([type, expect.toBeOneOf([403, 415])])
    const bare = await app.inject({ method: 'POST', url: '/auth/logout-all', headers })
    expect([type, bare.statusCode]).toEqual([type, expect.toBeOneOf([403, 415])])
  }
})

test("an error of the application's own hook goes to its own handler", async () => {
  const app = await createApp((one) => {
    one.addHook('preHandler', async () => {
      throw new Error('out of tea')
    })
    one.setErrorHandler((error: Error, _request, reply) => {
      reply.code(418).send({ own: error.message })
    })
  })
  const answer = await app.inject('/auth/profile')
  expect([answer.statusCode, answer.json()]).toEqual([418, { own: 'out of tea' }])
})

test('unknown paths under the mount point are ours, all others are of the application', async () => {
  const app = await createApp((one) => {
    one.setNotFoundHandler((_request, reply) => reply.code(404).send({ own: true }))
  })
  for (const url of ['/auth', '/auth/', '/auth/nowhere', '/auth/sessions/x/y']) {
    const answer = await app.inject(url)
    expect([url, answer.statusCode, answer.json().code]).toEqual([url, 404, 'not_found'])
  }
  for (const url of ['/', '/authx', '/nowhere']) {
    expect([url, (await app.inject(url)).json()]).toEqual([url, { own: true }])
  }
})

test('under a prefix the routes are at basePath, counted from the root', async () => {
  for (const [basePath, prefix] of [
    ['/api/auth', '/api'],
    ['/api/auth', '/api/auth'],
    ['/auth', ''],
  ] as const) {
    const { auth } = await prepare({ basePath })
    const app = fastify()
    app.register(authPlugin(auth), { prefix })
    onTestFinished(() => app.close())
    const answer = await app.inject(`${basePath}/profile`)
    expect([prefix, answer.json().code]).toEqual([prefix, 'credentials_missing'])
  }
})

test('a prefix that basePath does not begin with is told at start, with the option to set', async () => {
  const { auth } = await prepare()
  const app = fastify()
  app.register(authPlugin(auth), { prefix: '/api' })
  onTestFinished(() => app.close())
  await expect(app.ready()).rejects.toThrow("createAuth({ basePath: '/api/auth' })")
})
