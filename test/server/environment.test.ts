/** Every variable of the standalone server with values of a wrong shape (Z5). */

import { describe, expect, test } from 'vitest'
import { environmentVariables } from '../../src/options/environment.ts'
import { checkOptions } from '../../src/options/resolve-options.ts'
import { readServerSettings, serverVariables } from '../../src/server/environment.ts'
import { startServer } from '../../src/server/start-server.ts'

const long = 'x'.repeat(100_000)
const longNumber = '9'.repeat(1000)
const odd = [
  'abc',
  '-1',
  '0',
  '1.5',
  '1e9',
  '0x10',
  'Infinity',
  'off',
  'true',
  ',',
  long,
  longNumber,
]

/** What a variable may say of these; where nothing is listed each is a mistake. */
const mayBe: Readonly<Record<string, readonly string[]>> = {
  PORT: ['0'],
  // Any word may be the name of an address; whether it is one shows when it is listened on.
  HOST: odd,
  NODE_ENV: odd,
  COUNTERSIGN_CONNECTION_LIMIT: ['off'],
  COUNTERSIGN_METRICS: ['true'],
  COUNTERSIGN_AUDIENCE: odd.filter((value) => value.length <= 512),
  // Any other than a long one is too short; a comma alone is none.
  COUNTERSIGN_SECRET: [',', long, longNumber],
  COUNTERSIGN_PEPPER: [',', long, longNumber],
  COUNTERSIGN_DATA: odd,
  REDIS_URL: ['off'],
  COUNTERSIGN_REQUIRE_STORE_AT_START: ['true'],
  COUNTERSIGN_SESSION_LIMIT: ['off'],
  COUNTERSIGN_REFRESH_LIMIT: ['off'],
  COUNTERSIGN_LOGIN_LIMIT: ['off'],
  COUNTERSIGN_REGISTER_LIMIT: ['off'],
  COUNTERSIGN_TRUSTED_PROXIES: [','],
  COUNTERSIGN_ORIGINS: [','],
}

const names = [...serverVariables, ...environmentVariables].map(([name]) => name)

function mistakesIn(environment: Record<string, string>): string[] {
  try {
    readServerSettings(environment)
    return []
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError)
    return (error as TypeError).message.split('\n').slice(1)
  }
}

describe.each(names)('Z5: %s', (name) => {
  test('empty or blank is as good as not set', () => {
    for (const value of ['', ' ', '\t\n']) expect(mistakesIn({ [name]: value })).toEqual([])
  })

  test('of a wrong shape is one short sentence that names it', () => {
    for (const value of odd) {
      const mistakes = mistakesIn({ [name]: value })
      const isTaken = mistakes.length === 0
      expect([name, value.slice(0, 20), isTaken]).toEqual([
        name,
        value.slice(0, 20),
        mayBe[name]?.includes(value) ?? false,
      ])
      for (const mistake of mistakes) {
        expect(mistake).toContain(name)
        expect(mistake.length).toBeLessThan(300)
      }
    }
  })
})

test('Z5: a HOST that is no address of this machine is one sentence', async () => {
  for (const HOST of ['no.such.host.invalid', '203.0.113.77', 'a b', long]) {
    const settings = readServerSettings({ HOST, PORT: '0' })
    const failure = await startServer(settings, '0.0.0').catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(TypeError)
    expect((failure as TypeError).message).toMatch(/HOST must be an address of this machine, got '/)
    expect((failure as TypeError).message.length).toBeLessThan(200)
  }
})

test('a mistake names the variable that it came from, and no other', () => {
  const environment = { COUNTERSIGN_SESSION_LIMIT: '-1', COUNTERSIGN_AUDIENCE: long }
  expect(mistakesIn(environment)).toEqual([
    '  - audience (COUNTERSIGN_AUDIENCE) must be a text of 1 to 512 characters',
    "  - session.limit (COUNTERSIGN_SESSION_LIMIT) must be a whole number from 1 to 1000000 or 'off', got '-1'",
  ])
  const given = { session: { limit: 0 }, audience: 'orders' }
  expect(checkOptions(given, environment).mistakes).toEqual([
    "session.limit must be a whole number from 1 to 1000000 or 'off', got '0'",
  ])
})
