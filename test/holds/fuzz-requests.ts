/**
 * Requests for the fuzzer: well-formed, slightly wrong, and plain noise, as Latin-1 text so that any
 * byte can be in them.
 *
 * No request is a whole log-in or registration: those cost a password hash, and their time is
 * another test's matter.
 */

import fc, { type Arbitrary } from 'fast-check'
import { bytes, framed, long, often } from './fuzz-bodies.ts'

const crlf = '\r\n'

const paths = [
  '/',
  '/healthz',
  '/readyz',
  '/protected',
  '/style.css',
  '/auth/register',
  '/auth/login',
  '/auth/refresh-token',
  '/auth/profile',
  '/auth/password',
  '/auth/sessions',
  '/auth/sessions/01890000-0000-7000-8000-000000000000',
  '/auth/check',
  '/auth/openapi.json',
  '/auth/.well-known/jwks.json',
  '/.well-known/oauth-authorization-server',
]

/** They would end the session that later requests need. */
const endings = ['/auth/logout', '/auth/logout-all']

const method = often(
  fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'),
  fc.constantFrom('TRACE', 'CONNECT', 'PUT', 'PURGE', 'SEARCH', 'get', 'PRI', 'G\x00T', ''),
  bytes(8),
)

const target = often(
  fc.constantFrom(...paths),
  fc.constantFrom(...endings),
  fc
    .tuple(
      fc.constantFrom(...paths),
      fc.constantFrom('?', '#', '%00', '/..', '//', ';', '\x00', ' '),
    )
    .chain(([path, end]) => bytes(20).map((text) => path + end + text)),
  fc.constantFrom('*', '', '//', '/%', 'http://x/auth/profile', 'https://', 'x:80', '/__proto__'),
  bytes(40).map((text) => `/${text}`),
  long(8_000, 20_000).map((text) => `/${text}`),
)

const version = often(
  fc.constant('HTTP/1.1'),
  fc.constantFrom('HTTP/1.0', 'HTTP/2.0', 'HTTP/0.9', 'HTTP/1.1 ', 'http/1.1', 'HTTP/11.1', ''),
)

const header = (tokens: readonly string[]): Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(...tokens).map((token) => `Authorization: Bearer ${token}`),
    fc.constantFrom(...tokens).map((token) => `Cookie: access_token=${token}`),
    bytes(40).map((text) => `Authorization: Bearer ${text}`),
    bytes(40).map((text) => `Cookie: access_token=${text}; refresh_token=${text}`),
    bytes(30).map((text) => `Cookie: ${text}`),
    long(1_000, 9_000).map((text) => `Cookie: access_token=${text}`),
    fc
      .constantFrom(
        'Origin',
        'User-Agent',
        'Accept',
        'X-Forwarded-For',
        'X-Forwarded-Method',
        'Content-Type',
      )
      .chain((name) => bytes(40).map((text) => `${name}: ${text}`)),
    fc.constantFrom(
      'Sec-Fetch-Site: same-origin',
      'Origin: http://localhost',
      'Host: y',
      'Connection: keep-alive',
      'Connection: Upgrade\r\nUpgrade: websocket',
      'Connection: close',
      'Expect: 100-continue',
      'Expect: x',
      '__proto__: x',
      'constructor: x',
      'Content-Length: 0',
      'Content-Length: 5',
      'Content-Length: -1',
      'Content-Length: 0x10',
      'Content-Length: 99999999999',
      'Transfer-Encoding: chunked',
      'Transfer-Encoding: gzip',
      'Transfer-Encoding: chunked, chunked',
      ' folded',
      ': nameless',
      'no colon',
      'X: a\x00b',
      'X: a\nY: b',
      'X : a',
    ),
    fc.integer({ min: 90, max: 400 }).map((count) => `X: 1${'\r\nX: 1'.repeat(count - 1)}`),
    bytes(30),
  )

interface Head {
  readonly method: string
  readonly target: string
  readonly version: string
  readonly headers: readonly string[]
  readonly json: boolean
  readonly framed: { readonly line: string; readonly content: string } | undefined
}

function written({
  method: verb,
  target: path,
  version: name,
  headers,
  json,
  framed: sent,
}: Head): string {
  const endsSession = endings.includes(path) || (verb === 'DELETE' && path === '/auth/profile')
  const lines = endsSession ? headers.filter((line) => !/^(auth|cook)/i.test(line)) : headers
  const type = json ? ['Content-Type: application/json'] : []
  const head = [
    `${verb} ${path} ${name}`,
    'Host: x',
    ...type,
    ...lines,
    ...(sent ? [sent.line] : []),
  ]
  return `${head.join(crlf)}${crlf}${crlf}${sent?.content ?? ''}`
}

const request = (tokens: readonly string[]): Arbitrary<string> =>
  often(
    fc
      .record({
        method,
        target,
        version,
        headers: fc.array(header(tokens), { maxLength: 4 }),
        json: fc.boolean(),
        framed: fc.option(framed, { nil: undefined }),
      })
      .map(written),
    bytes(200),
  )

export interface HostileConnection {
  readonly kind: 'hostile'
  readonly requests: readonly string[]
  /** Where the stream is cut into writes, and where it is left, as fractions of it. */
  readonly cuts: readonly number[]
  readonly leavesAt: number | undefined
}

/** Well-formed and pipelined: every request has its own answer, in order. */
export interface OrderlyConnection {
  readonly kind: 'orderly'
  readonly askers: readonly (string | undefined)[]
  readonly cuts: readonly number[]
}

const fraction = fc.double({ min: 0, max: 1, noNaN: true })
const cuts = fc.array(fraction, { maxLength: 4 })

/** @param tokens of a session that may come to harm. @param honest names of those who must not. */
export function connections(
  tokens: readonly string[],
  honest: readonly string[],
): Arbitrary<HostileConnection | OrderlyConnection> {
  const hostile = fc.record({
    kind: fc.constant('hostile' as const),
    requests: fc.array(request(tokens), { minLength: 1, maxLength: 4 }),
    cuts,
    leavesAt: often<number | undefined>(fc.constant(undefined), fraction),
  })
  const orderly = fc.record({
    kind: fc.constant('orderly' as const),
    askers: fc.array(fc.constantFrom(...honest, undefined), { minLength: 1, maxLength: 8 }),
    cuts,
  })
  return fc.oneof({ arbitrary: hostile, weight: 5 }, { arbitrary: orderly, weight: 1 })
}

export function cut(stream: string, places: readonly number[]): string[] {
  const ends = places.map((place) => Math.floor(place * stream.length)).sort((a, b) => a - b)
  return [...ends, stream.length].map((end, index) => stream.slice(ends[index - 1] ?? 0, end))
}
