/** Options and environment: every mistake at once, by path, and never the value of a secret (Z5). */

import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { AuthOptions } from '../../src/options/auth-options.ts'
import { environmentVariables } from '../../src/options/environment.ts'
import { isLoopback } from '../../src/options/issuer-url.ts'
import { resolveOptions } from '../../src/options/resolve-options.ts'

const secret = 'x7-a secret that nobody may read anywhere'
const production = { NODE_ENV: 'production' }
const safe = { issuer: 'https://auth.example', secret }

function complaintsOf(options: unknown, environment: Record<string, string> = {}): string[] {
  try {
    resolveOptions(options as AuthOptions, environment)
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError)
    return (error as TypeError).message.split('\n').slice(1)
  }
  return []
}

describe('defaults', () => {
  test('nothing has to be given in development', () => {
    expect(resolveOptions({}, {})).toMatchObject({
      issuer: 'http://localhost',
      issuerIsDefault: true,
      audience: 'http://localhost',
      secrets: [],
      accounts: { kind: 'sqlite', path: resolve('data/countersign.db') },
      basePath: '/auth',
      algorithm: 'ES256',
      accessLifetime: 900_000,
      leeway: 5000,
      rotationInterval: 7_776_000_000,
      inactivityTimeout: 604_800_000,
      absoluteLifetime: 2_592_000_000,
      sessionLimit: 20,
      refreshLimit: 30,
      rotation: 'fork-and-commit',
      loginOnRegister: false,
      renewInGuard: false,
      passwordMinLength: 8,
      origins: [],
      maxStaleness: 5000,
      whenStale: 'check-store',
    })
  })

  test('an option that is undefined is one that is left out', () => {
    const given = { issuer: undefined, accessToken: { lifetime: undefined } }
    expect(resolveOptions(given as unknown as AuthOptions, {}).accessLifetime).toBe(900_000)
  })
})

describe('mistakes', () => {
  test('are all reported at once, each with its path', () => {
    const complaints = complaintsOf({
      issuer: 'auth.example',
      audience: '',
      secret: 'short',
      database: 'mysql://db',
      basePath: 'auth/',
      accessToken: { algorithm: 'none', lifetime: '5s', leeway: '2m' },
      signingKeys: { rotationInterval: '23h' },
      session: {
        inactivityTimeout: 'soon',
        absoluteLifetime: '0s',
        limit: 0,
        refreshLimit: 1.5,
        rotation: 'never',
      },
      account: { username: 'off', email: 'off', reservedNames: ['admin', 'two words', 7 as never] },
      passwords: { minLength: 7, memoryKiB: 1024, iterations: 1, concurrency: 0 },
      origins: ['https://ok.example', 'https://app.example/', '*', 'null'],
      revocation: { maxStaleness: '10ms', whenStale: 'ignore' },
    })
    const expected = [
      'issuer must',
      'audience must',
      'secret must',
      'database (DATABASE_URL)',
      'basePath must',
      "account.username and account.email cannot both be 'off'",
      "account.reservedNames must hold usernames, got 'two words'",
      "account.reservedNames must hold usernames, got '7'",
      'accessToken.lifetime must be at least',
      'accessToken.algorithm must be one of ES256, EdDSA, RS256, HS256',
      'accessToken.leeway must be at most',
      'signingKeys.rotationInterval must be at least',
      'session.inactivityTimeout must be a duration',
      'session.absoluteLifetime must be at least',
      'session.limit must be a whole number',
      'session.refreshLimit must be a whole number',
      'session.rotation must be one of',
      'passwords.minLength must be a whole number from 8',
      'passwords.memoryKiB must be a whole number from 19456',
      'passwords.iterations must be a whole number from 2',
      'passwords.concurrency must',
      'origins must',
      'origins must',
      'origins must',
      'revocation.maxStaleness must',
      'revocation.whenStale must',
    ]
    for (const path of expected) expect(complaints.join('\n')).toContain(path)
    expect(complaints).toHaveLength(expected.length)
  })

  test('renewal in the guard is true or false, and nothing for strict rotation', () => {
    const cookies = { renewInGuard: true }
    expect(resolveOptions({ cookies }, {}).renewInGuard).toBe(true)
    expect(complaintsOf({ cookies: { renewInGuard: 'yes' } })).toEqual([
      "  - cookies.renewInGuard must be true or false, got 'yes'",
    ])
    const strict = complaintsOf({ cookies, session: { rotation: 'strict' } })
    expect(strict).toEqual([
      "  - cookies.renewInGuard cannot be used with session.rotation 'strict'",
    ])
  })

  test('R16: never show a secret', () => {
    const secrets = [secret, secret, 'tiny-secret']
    const complaints = complaintsOf({ secret: secrets, issuer: '' }).join('\n')
    expect(complaints).toMatch(/secret must be at least 32 bytes/)
    expect(complaints).toMatch(/same key id/)
    for (const value of secrets) expect(complaints).not.toContain(value)
    const url = 'postgres://ada:hunter2@db/accounts'
    expect(complaintsOf({}, { DATABASE_URL: url }).join()).not.toContain('hunter2')
    const issuers = ['https://ada:hunter2@auth.example', 'https://:hunter2@auth.example']
    for (const issuer of issuers) {
      expect(complaintsOf({ issuer })).toHaveLength(1)
      expect(complaintsOf({ issuer }).join()).not.toContain('hunter2')
    }
  })

  test("'off' lifts limits, and nothing that protects", () => {
    const { sessionLimit, refreshLimit } = resolveOptions(
      { session: { limit: 'off', refreshLimit: 'off' } },
      {},
    )
    expect([sessionLimit, refreshLimit]).toEqual([Infinity, Infinity])
    const passwords = { minLength: 'off', memoryKiB: 'off', iterations: 'off', concurrency: 'off' }
    expect(complaintsOf({ passwords })).toHaveLength(4)
  })
})

describe('issuers', () => {
  test('have no query, fragment or trailing slash', () => {
    const bad = ['https://a/', 'https://a?x', 'https://a#x', 'ftp://a', 'a', '', 'https://']
    for (const issuer of bad) expect([issuer, complaintsOf({ issuer }).length]).toEqual([issuer, 1])
    expect(complaintsOf({ issuer: 'https://auth.example/tenant' })).toEqual([])
  })

  test('on this machine are the http ones of three names', () => {
    for (const host of ['localhost', '127.0.0.1', '[::1]', 'localhost:3000']) {
      expect(isLoopback(`http://${host}`)).toBe(true)
      expect(isLoopback(`https://${host}`)).toBe(false)
    }
    for (const host of ['localhost.evil.com', '127.0.0.1.nip.io', '10.0.0.1', 'app.localhost.x']) {
      expect(isLoopback(`http://${host}`)).toBe(false)
    }
  })
})

describe('Z5: production', () => {
  test('needs an issuer and a secret', () => {
    const complaints = complaintsOf({}, production)
    expect(complaints).toHaveLength(2)
    expect(complaints.join()).toMatch(/COUNTERSIGN_ISSUER.*COUNTERSIGN_SECRET/)
    expect(complaintsOf(safe, production)).toEqual([])
  })

  test('needs https, but on this machine', () => {
    const issuer = 'http://auth.example'
    expect(complaintsOf({ ...safe, issuer }, production)).toHaveLength(1)
    expect(complaintsOf({ ...safe, issuer: 'http://localhost:3000' }, production)).toEqual([])
  })

  test('refuses a secret below 32 bytes', () => {
    expect(complaintsOf({ ...safe, secret: 'x'.repeat(31) }, production)).toHaveLength(1)
    expect(complaintsOf({ ...safe, secret: '' }, production)).toHaveLength(1)
    expect(complaintsOf({ ...safe, secret: 'ä'.repeat(16) }, production)).toEqual([])
  })
})

describe('environment', () => {
  const environment = {
    COUNTERSIGN_ISSUER: ' https://auth.example ',
    COUNTERSIGN_AUDIENCE: 'orders',
    COUNTERSIGN_SECRET: `${secret}, another ${secret}`,
    COUNTERSIGN_PEPPER: `${secret},yet another ${secret}`,
    COUNTERSIGN_DATA: '/tmp/somewhere',
    DATABASE_URL: 'sqlite:/tmp/x.db',
    REDIS_URL: 'rediss://user:pass@redis.example:6380/2',
    COUNTERSIGN_REQUIRE_STORE_AT_START: 'true',
    COUNTERSIGN_SIGNING_ALG: 'EdDSA',
    COUNTERSIGN_ACCESS_LIFETIME: '5m',
    COUNTERSIGN_INACTIVITY_TIMEOUT: '86400',
    COUNTERSIGN_ABSOLUTE_LIFETIME: '2d',
    COUNTERSIGN_SESSION_LIMIT: '3',
    COUNTERSIGN_REFRESH_LIMIT: 'off',
    COUNTERSIGN_LOGIN_LIMIT: '3',
    COUNTERSIGN_REGISTER_LIMIT: 'off',
    COUNTERSIGN_TRUSTED_PROXIES: 'loopback, 192.0.2.0/24',
    COUNTERSIGN_ORIGINS: 'https://a.example, https://b.example',
  }

  test('every variable that is listed is read', () => {
    expect(Object.keys(environment).sort()).toEqual(
      environmentVariables.map(([name]) => name).sort(),
    )
    expect(resolveOptions({}, environment)).toMatchObject({
      issuer: 'https://auth.example',
      issuerIsDefault: false,
      audience: 'orders',
      secrets: [secret, `another ${secret}`],
      passwordHashing: { peppers: [secret, `yet another ${secret}`] },
      dataFolder: '/tmp/somewhere',
      accounts: { kind: 'sqlite', path: '/tmp/x.db' },
      redis: { connection: 'rediss://user:pass@redis.example:6380/2', prefix: 'countersign:' },
      requireStoreAtStart: true,
      algorithm: 'EdDSA',
      accessLifetime: 300_000,
      inactivityTimeout: 86_400_000,
      absoluteLifetime: 172_800_000,
      sessionLimit: 3,
      refreshLimit: Number.POSITIVE_INFINITY,
      limits: { login: { failures: 3 }, register: 'off' },
      trustedProxies: { header: 'x-forwarded-for' },
      origins: ['https://a.example', 'https://b.example'],
    })
  })

  test('options win over it, one by one', () => {
    const given: AuthOptions = { accessToken: { lifetime: 120 }, audience: 'billing' }
    expect(resolveOptions(given, environment)).toMatchObject({
      audience: 'billing',
      accessLifetime: 120_000,
      algorithm: 'EdDSA',
    })
  })

  test('an empty variable is none, and a wrong one is a mistake', () => {
    expect(complaintsOf({}, { COUNTERSIGN_ISSUER: '', COUNTERSIGN_SESSION_LIMIT: ' ' })).toEqual([])
    expect(complaintsOf({}, { COUNTERSIGN_SESSION_LIMIT: 'many' })[0]).toContain('session.limit')
    expect(complaintsOf({}, { COUNTERSIGN_ACCESS_LIFETIME: '15 m' })[0]).toContain('lifetime')
  })
})
