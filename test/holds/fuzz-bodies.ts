/** Bodies for the fuzzer, and the parts that heads are made of too: bytes and lengths. */

import fc, { type Arbitrary } from 'fast-check'

const crlf = '\r\n'

/** Weighted: most requests have to get past the parser to reach what is behind it. */
export const often = <T>(likely: Arbitrary<T>, ...others: Arbitrary<T>[]): Arbitrary<T> =>
  fc.oneof(
    { arbitrary: likely, weight: 4 * others.length },
    ...others.map((arbitrary) => ({ arbitrary, weight: 1 })),
  )

export const bytes = (maxLength: number): Arbitrary<string> =>
  fc.uint8Array({ maxLength }).map((array) => Buffer.from(array).toString('latin1'))

export const long = (least: number, most: number): Arbitrary<string> =>
  fc.integer({ min: least, max: most }).map((length) => 'a'.repeat(length))

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ maxLength: 300 }))
const field = fc.constantFrom(
  'username',
  'email',
  'name',
  'refreshToken',
  'currentPassword',
  'transport',
  '__proto__',
)

const body = fc
  .oneof(
    fc.json(),
    fc.dictionary(field, fc.oneof(text, fc.jsonValue())).map((value) => JSON.stringify(value)),
    fc.constantFrom('', '{}', '[]', 'null', '{"username":', '{"a":1,"a":2}', '"\\ud800"'),
    fc.integer({ min: 1, max: 9_000 }).map((depth) => '{"a":['.repeat(depth / 6)),
    bytes(100),
    long(15_000, 40_000),
  )
  .map((value) => Buffer.from(value, 'utf8').toString('latin1'))

/** The body with what the head says of it: rightly, wrongly, or in chunks. */
export const framed = body.chain((content) =>
  often(
    fc.constant({ line: `Content-Length: ${content.length}`, content }),
    fc.integer({ min: -20, max: 200 }).map((error) => ({
      line: `Content-Length: ${Math.max(0, content.length + error)}`,
      content,
    })),
    fc.constant({ line: 'Transfer-Encoding: chunked', content: chunks(content, 7) }),
    bytes(10).map((end) => ({
      line: 'Transfer-Encoding: chunked',
      content: chunks(content, 100).slice(0, -5) + end,
    })),
    fc.constant({ line: 'X: no length', content }),
  ),
)

function chunks(content: string, parts: number): string {
  const size = Math.max(1, Math.ceil(content.length / parts))
  let result = ''
  for (let start = 0; start < content.length; start += size) {
    const part = content.slice(start, start + size)
    result += `${part.length.toString(16)};x=${parts}${crlf}${part}${crlf}`
  }
  return `${result}0${crlf}${crlf}`
}
