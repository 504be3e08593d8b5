import { createServer } from 'node:http'
import fc from 'fast-check'
import { generateKeyPair, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { AuthError } from '../../src/errors.ts'
import { createAccessTokenVerification } from '../../src/tokens/verify-access-token.ts'
import {
  algorithms,
  audience,
  base64url,
  codeOf,
  createForge,
  decode,
  goodClaims,
  issuer,
  lifetimeSeconds,
  start,
  subject,
} from './token-kit.ts'

describe.each(algorithms)('an access token signed with %s', async (algorithm) => {
  const { keys, verify, sign, forge } = await createForge(algorithm)
  const refused = (token: string) => codeOf(() => verify(token, start))

  it('T1: is accepted with the claims of RFC 9068', async () => {
    const claims = await verify(await sign(), start)
    expect(claims).toMatchObject({
      iss: issuer,
      aud: audience,
      sub: subject.sub,
      sid: subject.sid,
      client_id: 'first-party',
      exp: start / 1000 + lifetimeSeconds,
      auth_time: subject.authTime / 1000,
      roles: ['admin'],
      scope: 'read write',
      epoch: 3,
    })
    expect(Object.isFrozen(claims) && Object.isFrozen(claims.roles)).toBe(true)
  })

  it('J10: expires strictly, after the leeway', async () => {
    const token = await sign()
    const end = start + lifetimeSeconds * 1000
    expect(await codeOf(() => verify(token, end + 4999))).toBe('none')
    expect(await codeOf(() => verify(token, end + 5000))).toBe('token_expired')
  })

  it('J10: an expired token with another fault is invalid, not expired', async () => {
    const old = { ...goodClaims, exp: 1000, iat: 900 }
    expect(await refused(await forge(old))).toBe('token_expired')
    expect(await refused(await forge({ ...old, aud: 'other' }))).toBe('invalid_token')
  })

  it('J1, J3: the header may name no other algorithm, however it is spelt', async () => {
    const [, payload, signature] = (await sign()).split('.')
    const { kid } = keys.current()
    const spelt = [algorithm.toLowerCase(), `${algorithm} `, algorithm.replace('2', '\u{ff12}')]
    const names = ['none', 'nOnE', 'ES256', 'EdDSA', 'RS256', 'HS256', 'PS256', 'Ed25519', ...spelt]
    for (const alg of names.filter((name) => name !== algorithm)) {
      const header = base64url(JSON.stringify({ alg, typ: 'at+jwt', kid }))
      expect(await refused(`${header}.${payload}.${signature}`)).toBe('invalid_token')
    }
  })

  it('J9: duplicate member names are refused', async () => {
    const json = JSON.stringify(goodClaims)
    expect(await refused(await forge(json))).toBe('none')
    for (const extra of ['"sub":"other"', '"\\u0065xp":9999999999', '"x":[{"a":1,"a":1}]']) {
      expect(await refused(await forge(`{${extra},${json.slice(1)}`))).toBe('invalid_token')
    }
  })

  it('J16: claims that are no UTF-8 JSON object are refused', async () => {
    const json = JSON.stringify(goodClaims)
    const texts = [`[${json}]`, '"text"', 'null', '', `\xef\xbb\xbf${json}`, `${json}\xff`]
    for (const text of texts) expect(await refused(await forge(text))).toBe('invalid_token')
  })

  it('J11, J12: another issuer or audience is refused', async () => {
    for (const wrong of [{ iss: `${issuer}/` }, { iss: [issuer] }, { aud: `${audience}x` }]) {
      expect(await refused(await forge({ ...goodClaims, ...wrong }))).toBe('invalid_token')
    }
  })

  it('J15: blank, short and long signatures are refused', async () => {
    const [header, payload, signature = ''] = (await sign()).split('.')
    const bytes = Buffer.from(signature, 'base64url')
    const longer = Buffer.concat([bytes, bytes])
    for (const wrong of [Buffer.alloc(bytes.length), bytes.subarray(1), longer, Buffer.of(0)]) {
      expect(await refused(`${header}.${payload}.${base64url(wrong)}`)).toBe('invalid_token')
    }
  })

  it('any change of one character is refused', async () => {
    const token = await sign()
    const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ {é\0'
    const change = fc.tuple(fc.nat(token.length - 1), fc.constantFrom(...characters))
    await fc.assert(
      fc.asyncProperty(change, async ([at, character]) => {
        fc.pre(token[at] !== character)
        const changed = token.slice(0, at) + character + token.slice(at + 1)
        expect(await refused(changed)).toBe('invalid_token')
      }),
      { numRuns: 500 },
    )
  })

  it('every change of the last character is refused', async () => {
    const token = await sign()
    for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_') {
      if (token.endsWith(character)) continue
      expect(await refused(token.slice(0, -1) + character)).toBe('invalid_token')
    }
  })

  it('R16: no part of a refused token is in the error', async () => {
    const token = `${(await sign()).slice(0, -4)}AAAA`
    const verifying = async () => verify(token, start)
    const error: unknown = await verifying().catch((caught: unknown) => caught)
    if (!(error instanceof AuthError)) throw new Error('not refused')
    const told = `${error.message} ${String(error.cause)} ${JSON.stringify(error.details)}`
    for (const part of token.split('.')) expect(told).not.toContain(part)
  })
})

describe('the key of an access token', async () => {
  const { keys, verify, forge } = await createForge('ES256')
  const attacker = await generateKeyPair('ES256', { extractable: true })
  const { kid } = keys.current()
  const signAs = (header: object) =>
    new SignJWT(goodClaims)
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid, ...header })
      .sign(attacker.privateKey)
  const refused = (token: string) => codeOf(() => verify(token, start))

  it('J4: keys and addresses in the header are never used nor fetched', async () => {
    let connections = 0
    const server = createServer().on('connection', () => {
      connections += 1
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    const url = `http://127.0.0.1:${port}/jwks`
    const { subtle } = globalThis.crypto
    const jwk = await subtle.exportKey('jwk', attacker.publicKey)
    for (const header of [{ jwk }, { jku: url }, { x5u: url }, { x5c: ['AAAA'] }]) {
      expect(await refused(await signAs(header))).toBe('invalid_token')
    }
    server.close()
    expect(connections).toBe(0)
  })

  it('J2: a token keyed with our public key as an HMAC secret is refused', async () => {
    const jwk = keys.jwks().keys[0]
    for (const secret of [JSON.stringify(jwk), String(jwk?.x), `${jwk?.x}${jwk?.y}`]) {
      const token = await new SignJWT(goodClaims)
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid })
        .sign(Buffer.from(secret))
      expect(await refused(token)).toBe('invalid_token')
    }
  })

  it.each(['__proto__', 'constructor', '../../etc/passwd', "' or 1=1 --", 'unknown', '%00'])(
    'J5: an unknown kid is refused like any other: %s',
    async (unknown) => {
      expect(await refused(await forge(goodClaims, { kid: unknown }))).toBe('invalid_token')
    },
  )

  it('J13: the same claims under another type are refused', async () => {
    for (const typ of ['JWT', 'dpop+jwt', 'logout+jwt', undefined]) {
      expect(await refused(await forge(goodClaims, { typ }))).toBe('invalid_token')
    }
    expect(await refused(await forge(goodClaims, { typ: 'application/at+jwt' }))).toBe('none')
  })

  it('J10: a leeway over 60 seconds is a mistake of the program', () => {
    const options = { issuer, audience, keys, decode }
    for (const leewaySeconds of [61, -1, Number.NaN]) {
      expect(() => createAccessTokenVerification({ ...options, leewaySeconds })).toThrow(TypeError)
    }
  })
})
