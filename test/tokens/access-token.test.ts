import { decodeJwt, decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import { createAccessTokenSigner } from '../../src/tokens/access-token.ts'
import { audience, createForge, issuer, start, subject } from './token-kit.ts'

describe('signing an access token', async () => {
  const { keys, sign, verify } = await createForge('ES256')

  it('J13: the header says alg, typ at+jwt and kid, and no more', async () => {
    const { kid } = keys.current()
    expect(decodeProtectedHeader(await sign())).toEqual({ alg: 'ES256', typ: 'at+jwt', kid })
  })

  it("T3: the claims hold the standard ones and the application's own, and no more", async () => {
    const names = Object.keys(decodeJwt(await sign({ claims: { plan: 'gold' } })))
    const standard = 'amr aud auth_time client_id epoch exp iat iss jti roles scope sid sub'
    expect(names.toSorted()).toEqual([...standard.split(' '), 'plan'].toSorted())
  })

  it('T1: extra claims never override the standard ones', async () => {
    const claims = {
      sub: 'other',
      exp: 9_999_999_999,
      roles: ['root'],
      nbf: 9_999_999_999,
      toJSON: () => ({}),
      plan: 'gold',
    }
    const verified = await verify(await sign({ claims }), start)
    expect(verified).toMatchObject({ sub: subject.sub, roles: ['admin'], plan: 'gold' })
    expect(verified.nbf).toBeUndefined()
  })

  it('every token has its own jti of 16 random bytes', async () => {
    const ids = await Promise.all([sign(), sign()].map(async (token) => decodeJwt(await token).jti))
    expect(ids[0]).not.toBe(ids[1])
    expect(ids[0]).toMatch(/^[A-Za-z0-9_-]{22}$/)
  })

  it('times are whole seconds', async () => {
    const { iat, exp, auth_time } = decodeJwt(await sign({ authTime: start + 1 }, start + 999))
    expect([iat, exp, auth_time]).toEqual([start / 1000, start / 1000 + 900, start / 1000])
  })

  it('J17: a token that no verifier would look at is not made', async () => {
    await expect(sign({ claims: { big: 'x'.repeat(8000) } })).rejects.toThrow(TypeError)
  })

  it('J10: a lifetime over 24 hours is a mistake of the program', () => {
    for (const lifetimeSeconds of [0, 86_401, Number.NaN]) {
      const options = { issuer, audience, keys, lifetimeSeconds }
      expect(() => createAccessTokenSigner(options)).toThrow(TypeError)
    }
  })
})
