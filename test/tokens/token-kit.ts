/** What the tests of tokens share: a key store of plain objects, a forge, a set clock. */

import { createKeyRing, type KeyRing } from '../../src/crypto/key-rings.ts'
import { AuthError, type ErrorCode } from '../../src/errors.ts'
import type { KeyStore, StoredKey } from '../../src/stores/ports.ts'
import { type AccessSubject, createAccessTokenSigner } from '../../src/tokens/access-token.ts'
import { keyTimesOf } from '../../src/tokens/key-life.ts'
import { nodeSignatures } from '../../src/tokens/node-signatures.ts'
import {
  openSigningKeys,
  type SigningAlgorithm,
  type SigningKeys,
} from '../../src/tokens/signing-keys.ts'
import {
  type AccessTokenVerification,
  createAccessTokenVerification,
} from '../../src/tokens/verify-access-token.ts'

export const { decode } = nodeSignatures
export const algorithms: readonly SigningAlgorithm[] = ['ES256', 'EdDSA', 'RS256', 'HS256']
export const issuer = 'https://auth.example.com'
export const audience = 'https://api.example.com'
export const leewaySeconds = 5
export const lifetimeSeconds = 900
/** In milliseconds, as `createAuth` computes them by default. */
export const times = keyTimesOf({
  accessLifetime: lifetimeSeconds * 1000,
  leeway: leewaySeconds * 1000,
  rotationInterval: 90 * 86_400_000,
})
/** Where the clock of every test stands, in milliseconds. */
export const start = Date.UTC(2030, 0, 1)
export const startSeconds = start / 1000

export const subject: AccessSubject = {
  sub: '0190f3c4-7a2b-7c33-9a11-223344556677',
  sid: '0190f3c4-7a2b-7c33-9a11-223344556688',
  epoch: 3,
  authTime: start - 60_000,
  amr: ['pwd'],
  roles: ['admin'],
  scopes: ['read', 'write'],
}

export const ringOf = (...secrets: readonly string[]): KeyRing =>
  createKeyRing(
    secrets.map((secret) => secret.repeat(32)),
    'signing key seal',
  )

export interface MemoryKeyStore extends KeyStore {
  readonly keys: StoredKey[]
  /** Makes every read fail while set. */
  failure: Error | undefined
  reads: number
}

export function memoryKeyStore(keys: StoredKey[] = []): MemoryKeyStore {
  const store: MemoryKeyStore = {
    keys,
    failure: undefined,
    reads: 0,
    async listKeys() {
      store.reads += 1
      if (store.failure) throw store.failure
      return [...keys]
    },
    async addKey(key) {
      if (keys.some((known) => known.sequence === key.sequence)) return 'exists'
      keys.push(key)
      return 'added'
    },
    async resealKey(kid, sealedPrivateJwk) {
      const at = keys.findIndex((key) => key.kid === kid)
      const key = keys[at]
      if (key) keys[at] = { ...key, sealedPrivateJwk }
    },
    async removeKey(kid) {
      const at = keys.findIndex((key) => key.kid === kid)
      if (at >= 0) keys.splice(at, 1)
    },
  }
  return store
}

export function openKeys(
  algorithm: SigningAlgorithm,
  store: KeyStore = memoryKeyStore(),
  ring: KeyRing = ringOf('a'),
  now: () => number = () => start,
): Promise<SigningKeys> {
  return openSigningKeys({ store, ring, algorithm, times, now, emit: () => {} })
}

export interface Forge {
  readonly keys: SigningKeys
  readonly verify: AccessTokenVerification
  /** A good token. */
  sign(changes?: Partial<AccessSubject>, at?: number): Promise<string>
  /** Correctly signed, whatever it says; `undefined` removes a member, text is taken as it is. */
  forge(claims: object | string, header?: object): Promise<string>
}

export async function createForge(algorithm: SigningAlgorithm): Promise<Forge> {
  const keys = await openKeys(algorithm)
  const signer = createAccessTokenSigner({ issuer, audience, lifetimeSeconds, keys })
  const verify = createAccessTokenVerification({
    ...{ issuer, audience, leewaySeconds, keys },
    decode,
  })
  const signingKey = keys.current()
  const { kid } = signingKey
  return {
    keys,
    verify,
    sign: (changes = {}, at = start) => signer({ ...subject, ...changes }, at),
    async forge(claims, header = {}) {
      const json = typeof claims === 'string' ? claims : JSON.stringify(claims)
      const start = JSON.stringify({ alg: algorithm, typ: 'at+jwt', kid, ...header })
      const signed = `${base64url(start)}.${base64url(Buffer.from(json, 'latin1'))}`
      return `${signed}.${base64url(await signingKey.sign(Buffer.from(signed)))}`
    },
  }
}

export const base64url = (text: string | Uint8Array): string =>
  Buffer.from(text).toString('base64url')

/** @returns the code of the AuthError that the work ends with, or `none`. */
export async function codeOf(work: () => unknown): Promise<ErrorCode | 'none'> {
  try {
    await work()
    return 'none'
  } catch (error) {
    if (error instanceof AuthError) return error.code
    throw error
  }
}

export const goodClaims = {
  iss: issuer,
  sub: subject.sub,
  aud: audience,
  exp: startSeconds + lifetimeSeconds,
  iat: startSeconds,
  jti: 'abc',
  client_id: 'first-party',
  sid: subject.sid,
  auth_time: startSeconds,
  amr: ['pwd'],
  roles: [],
  scope: '',
  epoch: 0,
}
