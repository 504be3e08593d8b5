import { describe, expect, it } from 'vitest'
import { createAccessTokenParser } from '../../src/tokens/jws-format.ts'
import { bothSignatures } from './both-signatures.ts'
import { base64url, codeOf } from './token-kit.ts'

const goodHeader = { alg: 'ES256', typ: 'at+jwt', kid: 'k' }
const token = (header: object | string, payload = 'e30', signature = 'AAAA') =>
  `${base64url(typeof header === 'string' ? header : JSON.stringify(header))}.${payload}.${signature}`
const parse = createAccessTokenParser(bothSignatures.decode)
const refused = (presented: string) => codeOf(() => parse(presented))
const good = token(goodHeader)
const [h, p, s] = good.split('.') as [string, string, string]

describe('the form of an access token', () => {
  it('a compact JWS is taken apart', () => {
    const bytes = (text: string) => Buffer.from(text, 'base64url')
    const [payload, signature] = [bytes(p), bytes(s)]
    const parsed = { algorithm: 'ES256', kid: 'k', signed: `${h}.${p}`, payload, signature }
    expect(parse(good)).toEqual(parsed)
    const longType = token({ ...goodHeader, typ: 'application/at+jwt' })
    expect(parse(longType).kid).toBe('k')
  })

  it('a header that was just read is read anew once it is another', async () => {
    const other = token({ ...goodHeader, kid: 'other' })
    for (const [presented, kid] of [
      [good, 'k'],
      [good, 'k'],
      [other, 'other'],
      [good, 'k'],
    ] as const) {
      expect(parse(presented).kid).toBe(kid)
    }
    expect(await refused(token({ ...goodHeader, typ: 'JWT' }))).toBe('invalid_token')
    expect(parse(good).kid).toBe('k')
    expect(await refused(token({ ...goodHeader, typ: 'JWT' }))).toBe('invalid_token')
  })

  it.each([
    ['empty', ''],
    ['one segment', h],
    ['two segments', `${h}.${p}`],
    ['four segments', `${good}.AAAA`],
    ['four segments of a likely length', `${good}.AAA`],
    ['five segments of a JWE', `${h}.${p}.${s}.AAAA.AAAA`],
    ['only dots', '..'],
    ['an empty header', `.${p}.${s}`],
    ['an empty payload', `${h}..${s}`],
    ['an empty signature', `${h}.${p}.`],
    ['a leading space', ` ${good}`],
    ['a space within', `${h}.${p}.AA AA`],
    ['a line end', `${good}\n`],
    ['padding', `${h}.${p}.AA==`],
    ['base64 instead of base64url', `${h}.${p}.AA+/`],
    ['a zero byte', `${good}\0`],
    ['a full-width letter', `${h}.${p}.AAA\u{ff21}`],
    ['a letter beyond the first plane', `${h}.${p}.AAA\u{1d400}`],
    ['the JSON serialisation', JSON.stringify({ protected: h, payload: p, signature: s })],
    ['a length that base64 does not have', `${h}.${p}.AAAAA`],
    ['bits left over, two characters', `${h}.${p}.AB`],
    ['bits left over, three characters', `${h}.${p}.AAB`],
  ])('J7, J8: refused: %s', async (_, presented) => {
    expect(await refused(presented)).toBe('invalid_token')
  })

  it('J17: 8192 characters are looked at, one more is not', async () => {
    const fill = (length: number) => `${h}.${'A'.repeat(length - h.length - 6)}.AAAA`
    expect(parse(fill(8192)).signature).toEqual(Buffer.alloc(3))
    expect(await refused(fill(8196))).toBe('invalid_token')
    expect(await refused('a'.repeat(1_000_000))).toBe('invalid_token')
  })

  it('J17: a header of more than 1 KB is refused', async () => {
    const filled = (bytes: number) => {
      const empty = JSON.stringify({ ...goodHeader, x: '' }).length
      return token({ ...goodHeader, x: 'x'.repeat(bytes - empty) })
    }
    expect(await refused(filled(1024))).toBe('none')
    expect(await refused(filled(1025))).toBe('invalid_token')
  })

  it.each([
    ['an empty list', []],
    ['b64', ['b64']],
    ['an unknown name', ['exp']],
    ['null', null],
    ['text', 'exp'],
  ])('J6: any crit is refused: %s', async (_, crit) => {
    expect(await refused(token({ ...goodHeader, crit }))).toBe('invalid_token')
  })

  it.each([
    ['b64', { b64: false }],
    ['b64 true', { b64: true }],
    ['zip', { zip: 'DEF' }],
    ['enc', { enc: 'A256GCM' }],
  ])('J6, J8: a header is refused that asks for %s', async (_, extra) => {
    expect(await refused(token({ ...goodHeader, ...extra }))).toBe('invalid_token')
  })

  it.each([undefined, null, '', 'JWT', 'jwt', 'AT+JWT', 'dpop+jwt', 'at+jwt ', ['at+jwt']])(
    'J13: another type is refused: %j',
    async (typ) => {
      expect(await refused(token({ ...goodHeader, typ }))).toBe('invalid_token')
    },
  )

  it.each([undefined, null, '', 1, ['k'], {}, 'k'.repeat(129)])(
    'J5: a kid that is no short string is refused: %j',
    async (kid) => {
      expect(await refused(token({ ...goodHeader, kid }))).toBe('invalid_token')
    },
  )

  it.each([undefined, null, 1, ['ES256'], {}])('J3: alg is a string, not %j', async (alg) => {
    expect(await refused(token({ ...goodHeader, alg }))).toBe('invalid_token')
  })

  it.each([
    '{"alg":"none","alg":"ES256","typ":"at+jwt","kid":"k"}',
    '{"alg":"ES256","typ":"at+jwt","kid":"k","x":{"a":1,"\\u0061":2}}',
    '["ES256"]',
    'null',
    'ES256',
    '\u{feff}{"alg":"ES256","typ":"at+jwt","kid":"k"}',
    '{"__proto__":{"alg":"ES256","typ":"at+jwt","kid":"k"}}',
  ])('J9, J16: a header that is no strict JSON object is refused: %s', async (text) => {
    expect(await refused(token(text))).toBe('invalid_token')
  })
})
