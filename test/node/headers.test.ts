/** Headers as they came are what Node.js makes of them; and what an application sets counts. */

import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { hasBody, presentHeaders, receivedHeaders } from '../../src/node/headers.ts'
import { authHandler, requireAuth } from '../../src/node/index.ts'
import { createClient } from '../support/client.ts'
import { openSocket } from '../support/raw-http.ts'
import { createTestAuth, listen } from '../support/test-server.ts'

/** What the parser makes of these lines. */
async function parsed(lines: readonly string[]): Promise<IncomingMessage> {
  let take = (_request: IncomingMessage): void => undefined
  const arrived = new Promise<IncomingMessage>((resolve) => {
    take = resolve
  })
  const socket = openSocket(await listen((request) => take(request)))
  socket.write(['POST / HTTP/1.1', 'Host: x', ...lines, '', ''].join('\r\n'))
  return arrived
}

const names = (
  'host authorization cookie origin sec-fetch-site x-forwarded-for forwarded user-agent ' +
  'content-type content-length transfer-encoding set-cookie accept x-none'
).split(' ')

test.each([
  [
    'one line each',
    ['Authorization: Bearer a', 'COOKIE: a=1', 'Content-Length: 3', 'oRiGiN: null'],
  ],
  ['no line but one', []],
  ['an empty value', ['Authorization:', 'Cookie: ', 'Origin:']],
  ['white space around', ['Authorization: \t Bearer a  ', 'User-Agent:a b ']],
  ['two of those whose first counts', ['Authorization: Bearer a', 'authorization: Bearer b']],
  [
    'two that are joined',
    ['X-Forwarded-For: 192.0.2.1', 'x-forwarded-for: 192.0.2.2', 'Accept: a'],
  ],
  ['two cookies', ['Cookie: a=1', 'Accept: b', 'cookie: b=2', 'cookie: c=3']],
  ['the same thrice', ['Origin: https://a.example', 'Origin: https://b.example', 'Origin: null']],
  ['those that are a list', ['Set-Cookie: a=1', 'Set-Cookie: b=2']],
  ['bytes beyond ASCII', ['Authorization: Bearer \u00e9', 'User-Agent: \u00fc']],
])('of %s both say the same', async (_, lines) => {
  const request = await parsed(lines)
  const received = names.map(receivedHeaders(request))
  expect(received).toEqual(names.map(presentHeaders(request)))
  expect(hasBody(receivedHeaders(request))).toBe(hasBody(presentHeaders(request)))
})

test('one that came is found, in whatever case it was sent', async () => {
  const request = await parsed(['AUTHORIZATION: Bearer a'])
  expect(receivedHeaders(request)('authorization')).toBe('Bearer a')
  expect(receivedHeaders(request)('cookie')).toBeUndefined()
})

test('a token that a middleware has put into the headers is the token', async () => {
  const { auth } = await createTestAuth()
  const [handleAuth, guard] = [authHandler(auth), requireAuth(auth)]
  const url = await listen(async (request, response) => {
    const token = new URL(request.url ?? '/', 'http://x').searchParams.get('token')
    if (token) request.headers.authorization = `Bearer ${token}`
    if (handleAuth(request, response)) return
    const claims = await guard(request, response)
    if (claims) response.end(claims.sub)
  })
  const client = createClient(url)
  await client.register('ada')
  const { accessToken, user } = (await client.login('ada')).body
  const ask = async (path: string) => {
    const answer = await fetch(`${url}${path}`)
    return [answer.status, answer.ok && (await answer.text())]
  }
  expect(await ask(`/?token=${accessToken}`)).toEqual([200, user?.id])
  expect(await ask('/')).toEqual([401, false])
  expect((await fetch(`${url}/auth/profile?token=${accessToken}`)).status).toBe(200)
})
