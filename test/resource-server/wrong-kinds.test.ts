/** The options of `createVerifier` against values of every kind (Z5). */

import { expect, test } from 'vitest'
import { createVerifier, type ServiceVerifierOptions } from '../../src/resource-server/index.ts'
import { oddValues, revealing } from '../support/odd-values.ts'

const mayTake: Readonly<Record<string, readonly string[]>> = {
  issuer: [],
  audience: ['text', 'longText'],
  jwksUri: [],
  revocations: [],
  'revocations.redis': [],
  'revocations.prefix': ['text', 'emptyText', 'longText'],
  'revocations.feed': ['function'],
  'revocations.maxStaleness': ['number'],
  'revocations.whenStale': [],
  leeway: ['number'],
  accessTokenLifetime: [],
  maxKeyAge: [],
  allowInsecureHttp: ['boolean'],
  fetch: ['function'],
  onError: ['function'],
  clock: ['function'],
}

const issuer = 'https://id.example'
const feed = () => new Promise<never>(() => {})

function said(options: unknown): string {
  try {
    void createVerifier(options as ServiceVerifierOptions).close()
    return 'taken'
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError)
    return (error as TypeError).message
  }
}

function optionsWith(path: string, value: unknown): object {
  const [name = '', inner] = path.split('.')
  if (inner === undefined) return { issuer, [name]: value }
  return { issuer, revocations: inner === 'redis' ? { redis: value } : { feed, [inner]: value } }
}

test.each(Object.entries(mayTake))(
  'Z5: %s takes what its type says, or a sentence begins with its path',
  (path, taken) => {
    for (const [kind, value] of Object.entries(oddValues)) {
      // A text is a URL of Redis, which is judged when it is opened.
      if (path === 'revocations.redis' && typeof value === 'string' && value !== '') continue
      const message = said(optionsWith(path, value))
      if (message === 'taken') expect(taken).toContain(kind)
      else expect(message.split('\n')[1]?.startsWith(`  - ${path.split('.')[0]}`)).toBe(true)
    }
  },
)

test('Z5: the options are an object, and have no other names', () => {
  for (const value of [undefined, null, 5, issuer, [issuer], () => issuer]) {
    expect(said(value)).toContain('options must be an object, got')
  }
  expect(said({ issuer, revocation: { feed } })).toContain("did you mean 'revocations'?")
})

test('R16: a URL of Redis, which may hold a password, is in no message', () => {
  expect(said({ issuer: revealing, revocations: { redis: [revealing] } })).toContain(
    'revocations.redis must be a URL, or a client of the package redis or ioredis, got a list',
  )
})
