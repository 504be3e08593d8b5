/** What the standalone server says to bytes that are no request, and to requests nobody means. */

import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { loggedIn } from '../support/client.ts'
import { converse, openSocket, type RawAnswer } from '../support/raw-http.ts'
import { startStandalone } from '../support/standalone.ts'

interface Case {
  readonly what: string
  readonly bytes: string
  readonly status: number
  readonly code?: string
}

const host = 'Host: x\r\n'
const post = `POST /auth/login HTTP/1.1\r\n${host}Content-Type: application/json\r\n`
const chunked = `${post}Transfer-Encoding: chunked\r\n\r\n`
const json = '{"username":"x"}'

const notHttp: readonly Case[] = [
  { what: 'no HTTP at all', bytes: 'hello\r\n\r\n' },
  { what: 'TLS', bytes: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' },
  { what: 'HTTP/2', bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' },
  { what: 'HTTP/9.9', bytes: `GET / HTTP/9.9\r\n${host}\r\n` },
  { what: 'a method of its own', bytes: `PWN / HTTP/1.1\r\n${host}\r\n` },
  { what: 'a method in small letters', bytes: `get / HTTP/1.1\r\n${host}\r\n` },
  { what: 'NUL in the target', bytes: `GET /a\x00b HTTP/1.1\r\n${host}\r\n` },
  { what: 'bytes over 127 in the target', bytes: `GET /\xff\xfe HTTP/1.1\r\n${host}\r\n` },
  { what: 'a space in the target', bytes: `GET /a b HTTP/1.1\r\n${host}\r\n` },
  { what: 'NUL in a header', bytes: `GET / HTTP/1.1\r\n${host}X: a\x00b\r\n\r\n` },
  { what: 'a bare CR in a header', bytes: `GET / HTTP/1.1\r\n${host}X: a\rb\r\n\r\n` },
  { what: 'a header without a name', bytes: `GET / HTTP/1.1\r\n${host}: a\r\n\r\n` },
  { what: 'a space before the colon', bytes: `GET / HTTP/1.1\r\n${host}X : a\r\n\r\n` },
  { what: 'two lengths', bytes: `${post}Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}` },
  { what: 'a length below zero', bytes: `${post}Content-Length: -1\r\n\r\n` },
  { what: 'a length with a sign', bytes: `${post}Content-Length: +2\r\n\r\n{}` },
  { what: 'a length beyond 2^64', bytes: `${post}Content-Length: 99999999999999999999\r\n\r\n` },
  {
    what: 'a length and chunks',
    bytes: `${post}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
  },
  { what: 'a coding after chunked', bytes: `${post}Transfer-Encoding: chunked, gzip\r\n\r\n` },
  { what: 'a chunk without a size', bytes: `${chunked}x\r\n{}\r\n0\r\n\r\n` },
  { what: 'a chunk longer than it says', bytes: `${chunked}1\r\n{}\r\n0\r\n\r\n` },
  { what: 'no Host', bytes: 'GET / HTTP/1.1\r\n\r\n' },
  { what: 'two Hosts', bytes: `GET / HTTP/1.1\r\n${host}${host}\r\n` },
].map((one) => ({ ...one, status: 400, code: 'invalid_http' }))

const many = (count: number): string =>
  Array.from({ length: count }, (_, i) => `X${i}: 1\r\n`).join('')

const tooMuch: readonly Case[] = [
  {
    what: 'a target over 8 KB',
    bytes: `GET /${'a'.repeat(9000)} HTTP/1.1\r\n${host}\r\n`,
    status: 414,
    code: 'uri_too_long',
  },
  {
    what: 'a target over 16 KB',
    bytes: `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n`,
    status: 431,
    code: 'headers_too_large',
  },
  {
    what: 'a header over 16 KB',
    bytes: `GET / HTTP/1.1\r\n${host}X: ${'a'.repeat(20_000)}\r\n\r\n`,
    status: 431,
    code: 'headers_too_large',
  },
  {
    what: 'over 100 lines',
    bytes: `GET / HTTP/1.1\r\n${host}${many(100)}\r\n`,
    status: 431,
    code: 'headers_too_large',
  },
  {
    what: 'a megabyte of chunk extension',
    bytes: `${chunked}2;${'a'.repeat(1_000_000)}\r\n{}\r\n0\r\n\r\n`,
    status: 413,
    code: 'body_too_large',
  },
  {
    what: 'a large body that waits to be asked for',
    bytes: `${post}Content-Length: 20000\r\nExpect: 100-continue\r\n\r\n`,
    status: 413,
    code: 'body_too_large',
  },
  {
    what: 'another expectation',
    bytes: `${post}Content-Length: 2\r\nExpect: 200-ok\r\n\r\n{}`,
    status: 417,
    code: 'expectation_failed',
  },
]

const wrongMethod: readonly Case[] = [
  { what: 'TRACE', bytes: `TRACE / HTTP/1.1\r\n${host}\r\n` },
  { what: 'TRACE of a route for every method', bytes: `TRACE /auth/check HTTP/1.1\r\n${host}\r\n` },
  { what: 'CONNECT', bytes: `CONNECT evil.example:443 HTTP/1.1\r\n${host}\r\n` },
].map((one) => ({ ...one, status: 405, code: 'method_not_allowed' }))

function expectProblem({ status, headers, body }: RawAnswer, wanted: Case): void {
  expect(headers.get('content-type')).toBe('application/problem+json')
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('connection')).toBe('close')
  expect(JSON.parse(body)).toMatchObject({ status: wanted.status, code: wanted.code })
  expect(status).toBe(wanted.status)
}

test('H1, H5, H6, M20: what no route could mean is one problem document, and the connection ends', async () => {
  const { url } = await startStandalone()
  for (const wanted of [...notHttp, ...tooMuch, ...wrongMethod]) {
    const { answers, rest, closed } = await converse(url, [wanted.bytes])
    expect([wanted.what, answers.length, rest, closed]).toEqual([wanted.what, 1, '', true])
    expectProblem(answers[0] as RawAnswer, wanted)
  }
  const client = await loggedIn(url, 'ada')
  expect((await client.call('GET', '/auth/profile')).status).toBe(200)
})

describe('unusual requests that HTTP allows', () => {
  test.each([
    ['OPTIONS *', `OPTIONS * HTTP/1.1\r\n${host}`, 204],
    ['HTTP/1.0 without Host', 'GET /healthz HTTP/1.0\r\n', 200],
    ['100 lines', `GET /healthz HTTP/1.1\r\n${host}${many(98)}`, 200],
    ['absolute form', `GET http://x/healthz HTTP/1.1\r\n${host}`, 200],
    ['absolute form without a path', `GET HTTP://x HTTP/1.1\r\n${host}`, 200],
    ['absolute form with a query alone', `GET http://x?/auth HTTP/1.1\r\n${host}`, 200],
    ['absolute form of a route', `GET https://x/auth/profile?a=/ HTTP/1.1\r\n${host}`, 401],
    ['Upgrade', `GET /healthz HTTP/1.1\r\n${host}Upgrade: h2c\r\n`, 200],
    ['another scheme', `GET ftp://x/healthz HTTP/1.1\r\n${host}`, 404],
    ['two slashes', `GET //auth/profile HTTP/1.1\r\n${host}`, 404],
    ['dots', `GET /auth/../auth/profile HTTP/1.1\r\n${host}`, 404],
    ['an escaped slash', `GET /auth%2fprofile HTTP/1.1\r\n${host}`, 404],
    ['a star that is no path', `GET * HTTP/1.1\r\n${host}`, 404],
  ])('%s', async (_, head, status) => {
    const { url } = await startStandalone()
    const { answers } = await converse(url, [`${head}Connection: close\r\n\r\n`])
    expect(answers.map((answer) => answer.status)).toEqual([status])
  })

  test('a small body that waits to be asked for is asked for', async () => {
    const { url } = await startStandalone()
    const head = `${post}Connection: close\r\nContent-Length: ${json.length}\r\nExpect: 100-continue\r\n\r\n`
    const { answers } = await converse(url, [head, json])
    expect(answers.map(({ status }) => status)).toEqual([100, 400])
  })
})

test('M28: bad bytes behind pipelined requests come last, and each request has its own answer', async () => {
  const { url } = await startStandalone()
  const login = `${post}Content-Length: ${json.length}\r\n\r\n${json}`
  const profile = `GET /auth/profile HTTP/1.1\r\n${host}\r\n`
  const codes = async (bytes: string) => {
    const { answers, rest, closed } = await converse(url, [bytes])
    expect([rest, closed]).toEqual(['', true])
    return answers.map(({ body }) => JSON.parse(body).code)
  }
  expect(await codes(`${login}${profile}nonsense\r\n\r\n`)).toEqual([
    'invalid_request',
    'credentials_missing',
    'invalid_http',
  ])
  expect(await codes(`${profile}${login}${chunked}x\r\n`)).toEqual([
    'credentials_missing',
    'invalid_request',
    'invalid_http',
  ])
  const last = login.replace('\r\n', '\r\nConnection: close\r\n')
  expect(await codes(`${last}more than was announced`)).toEqual(['invalid_request'])
})

test('M28: CONNECT comes last as well, and a reset after it is heard', async () => {
  const { url } = await startStandalone()
  const connect = `CONNECT evil.example:443 HTTP/1.1\r\n${host}\r\n`
  const profile = `GET /auth/profile HTTP/1.1\r\n${host}\r\n`
  const { answers } = await converse(url, [profile + connect])
  expect(answers.map(({ status }) => status)).toEqual([401, 405])
  for (let round = 0; round < 20; round += 1) {
    const socket = openSocket(url)
    await once(socket, 'connect')
    socket.write(connect)
    await new Promise((resolve) => setTimeout(resolve, round))
    socket.resetAndDestroy()
  }
  expect((await converse(url, [profile])).answers[0]?.status).toBe(401)
})
