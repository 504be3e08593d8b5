/** What adapters could get wrong: every way of serving answers as plain `node:http` does. */

import { describe, expect, test } from 'vitest'
import { createClient, loggedIn } from '../support/client.ts'
import { send, sendRaw } from '../support/send.ts'
import { createTestAuth, password } from '../support/test-server.ts'
import { waysOfServing } from '../support/ways-of-serving.ts'
import { type PlainCase, plainCases } from './plain-cases.ts'

/** What an answer must have in common with that of `node:http`. */
async function answerTo(base: string, { lines, body }: PlainCase) {
  const raw = await sendRaw(base, lines, body)
  const [head = '', text = ''] = raw.split('\r\n\r\n')
  const value = (name: string): string | undefined =>
    new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1]
  return {
    status: head.slice(9, 12),
    type: value('content-type'),
    cache: value('cache-control'),
    allow: value('allow'),
    challenge: value('www-authenticate'),
    cors: value('access-control-allow-origin'),
    methods: value('access-control-allow-methods'),
    vary: value('vary'),
    code: /"code":"(\w+)"/.exec(text)?.[1],
    hasBody: text !== '',
  }
}

const options = { origins: ['https://app.example'] }
const [[, serveNode]] = waysOfServing as [(typeof waysOfServing)[number]]

describe.each(waysOfServing.slice(1))('%s', (name, serve) => {
  test('C3, H1, H2, H5, M23: answers as node:http does', async () => {
    const { auth } = await createTestAuth(options)
    await createClient(await serveNode(auth)).register('ada')
    const [base, plain] = [await serve(auth), await serveNode(auth)]
    for (const one of plainCases) {
      if (one.parserSpeaksFirst && name.includes('after express.json()')) continue
      const [answer, expected] = [await answerTo(base, one), await answerTo(plain, one)]
      expect([one.what, answer]).toEqual([one.what, expected])
    }
  })

  test('C3: three cookies are three lines', async () => {
    const { auth } = await createTestAuth()
    const client = createClient(await serve(auth), 'cookie')
    await client.register('ada')
    const names = (await client.login('ada')).setCookies.map((line) => line.split('=')[0])
    expect(names).toEqual(['access_token', 'refresh_token', 'device_token'])
  })

  test('the address and the agent of the client are in the list of sessions', async () => {
    const { auth } = await createTestAuth()
    const base = await serve(auth)
    await createClient(base).register('ada')
    const body = { username: 'ada', password }
    const headers = { 'User-Agent': 'a laptop' }
    const { accessToken } = (await send(`${base}/auth/login`, 'POST', { body, headers })).body
    const list = await send(`${base}/auth/sessions`, 'GET', {
      headers: { Authorization: `Bearer ${accessToken}` },
    })
    expect(list.body.sessions).toMatchObject([{ userAgent: 'a laptop', address: '127.0.0.1' }])
  })

  test('M28: a client that leaves in the middle of a body disturbs nobody', async () => {
    const { auth } = await createTestAuth()
    const base = await serve(auth)
    const client = await loggedIn(base, 'ada')
    const controller = new AbortController()
    const stream = new ReadableStream({
      start: (sink) => sink.enqueue(new TextEncoder().encode('{"username":')),
    })
    const sent = { method: 'POST', body: stream, duplex: 'half' as const }
    const headers = { 'Content-Type': 'application/json' }
    const { signal } = controller
    const left = fetch(`${base}/auth/login`, { ...sent, headers, signal }).catch(() => 'left')
    await new Promise((resolve) => setTimeout(resolve, 50))
    controller.abort()
    expect(await left).toBe('left')
    expect((await client.call('GET', '/auth/profile')).status).toBe(200)
  })
})
