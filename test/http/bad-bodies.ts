/** Bodies and headers that no route may take, made from the route's own description (H2, G7). */

import type { BodySchema } from '../support/operations.ts'

export interface BadRequest {
  readonly what: string
  readonly body?: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
  /** Unknown keys are ignored, so a route without a needed field may take it. */
  readonly mayPass?: boolean
}

const wrongValues: readonly unknown[] = [null, 0, -1, 1e308, true, [], ['a'], {}, { $ne: null }]

const malformed: readonly string[] = [
  '{',
  '}',
  '{"a":',
  '{"a":1,}',
  "{'a':1}",
  '{a:1}',
  'undefined',
  'NaN',
  '{"a":1}{"b":2}',
  '\u0000',
  '{"a":"\u0000"}',
  '\ufeff{}',
  '['.repeat(8000),
  `${'{"a":'.repeat(2500)}1`,
  '{"a":"\\ud800',
  '// {}',
  ' ',
]
const wrongShapes: readonly string[] = ['null', 'true', '0', '"text"', '[]', '[{}]', '[[[]]]']
const invalidUtf8: readonly (readonly number[])[] = [
  [0xff, 0xfe, 0x7b, 0x00],
  [0x22, 0xc0, 0xaf, 0x22],
  [0x22, 0xed, 0xa0, 0x80, 0x22],
  [0x22, 0xf8, 0x88, 0x22],
  [0x22, 0x80, 0x22],
]

/** Everything for a route that reads a body. */
export function badBodies(schema: BodySchema, valid: Record<string, unknown>): BadRequest[] {
  const { properties = {}, required = [] } = schema
  const json = (value: unknown): string => JSON.stringify(value)
  const padding = 'x'.repeat(17_000)
  return [
    ...malformed.map((body) => ({ what: `malformed ${body.slice(0, 20)}`, body })),
    ...wrongShapes.map((body) => ({ what: `shape ${body}`, body })),
    ...invalidUtf8.map((bytes) => ({ what: `bytes ${bytes}`, body: Buffer.from(bytes) })),
    ...Object.keys(properties).flatMap((field) =>
      wrongValues
        .filter((value) => !(value === null && field === 'name'))
        .map((value) => ({
          what: `${field} ${json(value)}`,
          body: json({ ...valid, [field]: value }),
        })),
    ),
    ...required.map((field) => ({
      what: `without ${field}`,
      body: json({ ...valid, [field]: undefined }),
    })),
    ...['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString'].map((key) => ({
      what: `only ${key}`,
      body: `{"${key}":{"username":"x","password":"y","refreshToken":"z","isAdmin":true}}`,
      mayPass: required.length === 0,
    })),
    { what: 'over 16 KB', body: json({ ...valid, padding }) },
    { what: 'over 1 MB', body: json({ ...valid, padding: 'x'.repeat(1_000_000) }) },
    { what: 'over 16 KB of spaces', body: `${' '.repeat(17_000)}{}` },
    ...['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'x', ';', ''].map(
      (type) => ({
        what: `type '${type}'`,
        body: json(valid),
        headers: { 'Content-Type': type },
      }),
    ),
  ]
}

const tooLong = 'A'.repeat(8400)

/** Access tokens that a guarded route may not take. */
export const badCredentials: readonly BadRequest[] = [
  tooLong,
  `${tooLong}.${'B'.repeat(100)}.C`,
  'a.b.c',
  '..',
  '.',
  '{}',
  'null',
  'eyJhbGciOiJub25lIn0.e30.',
  'csr_AAAA',
  '%00',
  'é',
].flatMap((token) => [
  { what: `bearer ${token.slice(0, 20)}`, headers: { Authorization: `Bearer ${token}` } },
  { what: `cookie ${token.slice(0, 20)}`, headers: { Cookie: `access_token=${token}` } },
])
