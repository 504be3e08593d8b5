import { describe, expect, it } from 'vitest'
import { claimsProblem, expiresAtSeconds } from '../../src/tokens/claims.ts'
import { audience, goodClaims, issuer, start, startSeconds } from './token-kit.ts'

const expected = { issuer, audience, leewaySeconds: 5 }
const problem = (changes: object) => claimsProblem({ ...goodClaims, ...changes }, expected, start)

describe('the claims of an access token', () => {
  it('good ones are right', () => {
    expect(problem({})).toBeUndefined()
    expect(problem({ aud: ['https://other.example.com', audience] })).toBeUndefined()
  })

  it.each([undefined, null, [issuer], `${issuer}/`, issuer.toUpperCase(), issuer.slice(0, -1), ''])(
    'J11: the issuer is one exact string, not %j',
    (iss) => {
      expect(problem({ iss })).toBe('iss')
    },
  )

  it.each([
    undefined,
    null,
    '',
    [],
    [[audience]],
    [audience, 1],
    `${audience}/`,
    audience.slice(0, -1),
    { [audience]: true },
  ])('J12: the audience contains ours exactly, not %j', (aud) => {
    expect(problem({ aud })).toBe('aud')
  })

  it.each([
    undefined,
    null,
    '1900000000',
    1.5,
    -1,
    Number.POSITIVE_INFINITY,
    Number.NaN,
    [1],
    true,
  ])('J10: exp and iat are whole numbers, not %j', (value) => {
    expect(problem({ exp: value })).toBe('exp')
    expect(problem({ iat: value })).toBe('iat')
    if (value !== undefined) expect(problem({ nbf: value })).toBe('nbf')
    expect(problem({ auth_time: value })).toBe('auth_time')
    expect(problem({ epoch: value })).toBe('epoch')
  })

  it('J10: iat and nbf may be ahead by the leeway and no more', () => {
    expect(problem({ iat: startSeconds + 5 })).toBeUndefined()
    expect(problem({ iat: startSeconds + 6 })).toBe('iat')
    expect(problem({ nbf: startSeconds + 5 })).toBeUndefined()
    expect(problem({ nbf: startSeconds + 6 })).toBe('nbf')
  })

  it('J10: a lifetime over 24 hours is refused', () => {
    expect(problem({ exp: startSeconds + 86_400 })).toBeUndefined()
    expect(problem({ exp: startSeconds + 86_401 })).toBe('lifetime')
  })

  it('R14: a token ends at exp, and no later than one that is issued now', () => {
    const { exp, iat } = goodClaims
    expect(expiresAtSeconds({ exp, iat }, exp - iat)).toBe(exp)
    expect(expiresAtSeconds({ exp, iat }, 24 * 3600)).toBe(exp)
    expect(expiresAtSeconds({ exp, iat }, 60)).toBe(iat + 60)
  })

  it.each(['sub', 'sid', 'jti', 'client_id'])('J10: %s is a string that is not empty', (name) => {
    for (const value of [undefined, null, '', 1, ['a'], {}]) {
      expect(problem({ [name]: value })).toBe(name)
    }
  })

  it('T9: rights are lists of strings and a string, nothing looser', () => {
    for (const name of ['roles', 'amr']) {
      for (const value of [undefined, null, 'admin', [1], [['admin']], { 0: 'admin' }]) {
        expect(problem({ [name]: value })).toBe(name)
      }
    }
    for (const scope of [undefined, null, ['read'], 1]) expect(problem({ scope })).toBe('scope')
  })
})
