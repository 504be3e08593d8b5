/** Requests, line by line, whose answers adapters could get wrong. */

export interface PlainCase {
  readonly what: string
  readonly lines: readonly string[]
  readonly body?: string
  /** Asks for a body that the application's own parser would refuse before the routes see it. */
  readonly parserSpeaksFirst?: true
}

const json = 'Content-Type: application/json'
const long = JSON.stringify({ username: 'ada', password: 'x'.repeat(20_000) })
const login = JSON.stringify({ username: 'ada', password: 'not the password' })
const length = (body: string): string => `Content-Length: ${Buffer.byteLength(body)}`
const chunked = (body: string): string =>
  `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`

export const plainCases: readonly PlainCase[] = [
  { what: 'an open route', lines: ['GET /auth/.well-known/jwks.json HTTP/1.1'] },
  { what: 'HEAD', lines: ['HEAD /auth/.well-known/jwks.json HTTP/1.1'] },
  { what: 'HEAD without a log-in', lines: ['HEAD /auth/profile HTTP/1.1'] },
  { what: 'no log-in', lines: ['GET /auth/profile HTTP/1.1'] },
  { what: 'nothing there', lines: ['GET /auth/nowhere HTTP/1.1'] },
  { what: 'nothing there for POST', lines: ['POST /auth/nowhere HTTP/1.1', 'Content-Length: 0'] },
  { what: 'the mount point itself', lines: ['GET /auth HTTP/1.1'] },
  { what: 'the mount point with a slash', lines: ['GET /auth/ HTTP/1.1'] },
  { what: 'a query', lines: ['GET /auth/profile?access_token=x HTTP/1.1'] },
  { what: 'H5: another method', lines: ['PUT /auth/login HTTP/1.1', 'Content-Length: 0'] },
  { what: 'H5: a method that few know', lines: ['PROPFIND /auth/login HTTP/1.1'] },
  { what: 'OPTIONS', lines: ['OPTIONS /auth/login HTTP/1.1'] },
  {
    what: 'a preflight',
    lines: [
      'OPTIONS /auth/login HTTP/1.1',
      'Origin: https://app.example',
      'Access-Control-Request-Method: POST',
    ],
  },
  {
    what: 'a listed origin',
    lines: ['GET /auth/profile HTTP/1.1', 'Origin: https://app.example'],
  },
  {
    what: 'M23: two Authorization lines',
    lines: ['GET /auth/profile HTTP/1.1', 'Authorization: Bearer a', 'Authorization: Bearer b'],
  },
  {
    what: 'M23: two Authorization lines at the guard',
    lines: ['GET /protected HTTP/1.1', 'Authorization: Basic YTpi', 'Authorization: Bearer b'],
  },
  {
    what: 'M23: two Authorization lines, one of them empty',
    lines: ['GET /protected HTTP/1.1', 'Authorization: Bearer a', 'Authorization:'],
  },
  {
    what: 'other credentials with commas',
    lines: ['GET /protected HTTP/1.1', 'Authorization: Digest username="ada", realm="x", qop=auth'],
  },
  {
    what: 'a comma inside a token',
    lines: ['GET /protected HTTP/1.1', 'Authorization: Bearer a,b'],
  },
  {
    what: 'M23: one cookie in two lines',
    lines: ['GET /protected HTTP/1.1', 'Cookie: access_token=a', 'Cookie: access_token=b'],
  },
  {
    what: 'T5: a header and a cookie',
    lines: ['GET /protected HTTP/1.1', 'Cookie: access_token=a', 'Authorization: Bearer b'],
  },
  {
    what: 'M23: our cookie among others, in two lines',
    lines: ['GET /protected HTTP/1.1', 'Cookie: x=1; y=2', 'Cookie: access_token=a'],
  },
  {
    what: 'a wrong password',
    lines: ['POST /auth/login HTTP/1.1', json, length(login)],
    body: login,
  },
  {
    what: 'a wrong password in chunks',
    lines: ['POST /auth/login HTTP/1.1', json, 'Transfer-Encoding: chunked'],
    body: chunked(login),
  },
  { what: 'no body', lines: ['POST /auth/login HTTP/1.1'] },
  {
    what: 'no body, with a media type',
    lines: ['POST /auth/login HTTP/1.1', json, 'Content-Length: 0'],
  },
  {
    what: 'H2: a long body',
    lines: ['POST /auth/login HTTP/1.1', json, length(long)],
    body: long,
  },
  {
    what: 'H2: a long body in chunks',
    lines: ['POST /auth/login HTTP/1.1', json, 'Transfer-Encoding: chunked'],
    body: chunked(long),
    parserSpeaksFirst: true,
  },
  {
    what: 'M20: a long body that is still on its way',
    lines: ['POST /auth/login HTTP/1.1', json, 'Transfer-Encoding: chunked'],
    body: chunked(long).slice(0, -10),
    parserSpeaksFirst: true,
  },
  {
    what: 'H2: no JSON',
    lines: ['POST /auth/login HTTP/1.1', json, 'Content-Length: 1'],
    body: '{',
    parserSpeaksFirst: true,
  },
  {
    what: 'H2: another media type',
    lines: ['POST /auth/login HTTP/1.1', 'Content-Type: text/plain', length(login)],
    body: login,
  },
  {
    what: 'H2: no media type',
    lines: ['POST /auth/login HTTP/1.1', length(login)],
    body: login,
  },
  {
    what: 'H2: a media type that is none',
    lines: ['POST /auth/login HTTP/1.1', 'Content-Type: nothing', length(login)],
    body: login,
  },
  {
    what: 'C7: a media type that is none, from a listed origin',
    lines: [
      'POST /auth/login HTTP/1.1',
      'Content-Type: nothing',
      'Origin: https://app.example',
      length(login),
    ],
    body: login,
  },
  {
    what: 'a body where none belongs',
    lines: ['DELETE /auth/profile HTTP/1.1', json, 'Content-Length: 1'],
    body: '{',
    parserSpeaksFirst: true,
  },
  { what: 'M25: a path that decodes to nothing', lines: ['GET /auth/sessions/%00 HTTP/1.1'] },
]
