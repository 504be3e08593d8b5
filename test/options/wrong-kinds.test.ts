/** Every option against values of every kind: taken by its type, or refused by its path (Z5). */

import { describe, expect, test } from 'vitest'
import { optionShapes } from '../../src/options/known-options.ts'
import { checkOptions, resolveOptions } from '../../src/options/resolve-options.ts'
import type { Shapes } from '../../src/shapes/option-shapes.ts'
import { oddValues, revealing, Settings } from '../support/odd-values.ts'

/** Kinds that an option may take, where their content is good. */
const mayTake: Readonly<Record<string, readonly string[]>> = {
  issuer: ['text'],
  audience: ['text'],
  secret: ['text', 'longText', 'list', 'listOfTexts'],
  dataFolder: ['text', 'emptyText', 'longText'],
  database: ['text'],
  databaseSchema: ['text'],
  redis: ['text'],
  requireStoreAtStart: ['boolean'],
  stores: [],
  basePath: ['text'],
  'accessToken.algorithm': ['text'],
  'accessToken.lifetime': ['number'],
  'accessToken.leeway': ['number'],
  'signingKeys.rotationInterval': ['number'],
  'session.inactivityTimeout': ['number'],
  'session.absoluteLifetime': ['number'],
  'session.limit': ['number'],
  'session.refreshLimit': ['number'],
  'session.rotation': ['text'],
  'account.username': ['text'],
  'account.email': ['text'],
  'account.reservedNames': ['list', 'listOfTexts'],
  loginOnRegister: ['boolean'],
  'passwords.preset': ['text'],
  'passwords.minLength': ['number'],
  'passwords.contextWords': ['list', 'listOfTexts'],
  'passwords.breachCheck': ['boolean'],
  'passwords.breachCheck.url': ['text'],
  'passwords.breachCheck.timeout': ['number'],
  'passwords.algorithm': ['text'],
  'passwords.cost': ['number'],
  'passwords.memoryKiB': ['number'],
  'passwords.iterations': ['number'],
  'passwords.pepper': ['longText', 'list'],
  'passwords.concurrency': ['number'],
  'passwords.queueLimit': ['number'],
  serviceName: ['text'],
  'limits.login': [],
  'limits.login.failures': ['number'],
  'limits.login.longestPause': ['number'],
  'limits.login.lockAfter': ['number'],
  'limits.login.network': [],
  'limits.login.network.failures': ['number'],
  'limits.login.network.window': ['number'],
  'limits.register': [],
  'limits.register.name': ['number'],
  'limits.register.network': ['number'],
  'limits.register.window': ['number'],
  'limits.ipv6Prefix': ['number'],
  trustedProxies: ['list'],
  forwardedHeader: ['text'],
  'cookies.renewInGuard': ['boolean'],
  origins: ['list'],
  claims: ['function'],
  legacyUsers: [],
  'acceptLegacy.secret': ['text', 'longText'],
  'acceptLegacy.until': ['date'],
  'acceptLegacy.algorithm': ['text'],
  'acceptLegacy.subject': ['text', 'longText', 'function'],
  'acceptLegacy.roles': ['function'],
  'revocation.maxStaleness': ['number'],
  'revocation.whenStale': ['text'],
  clock: ['function'],
}

/** Groups with nothing in them are as good as none. */
const empty = ['object', 'objectWithoutPrototype']

function pathsOf(shapes: Shapes, path = ''): { leaves: string[]; groups: string[] } {
  const found = { leaves: [] as string[], groups: [] as string[] }
  for (const [name, shape] of Object.entries(shapes)) {
    if (!('names' in shape) || shape.or !== undefined) found.leaves.push(path + name)
    if (!('names' in shape)) continue
    found.groups.push(path + name)
    const inner = pathsOf(shape.names, `${path}${name}.`)
    found.leaves.push(...inner.leaves)
    found.groups.push(...inner.groups)
  }
  return found
}

/** `{ session: { limit: value } }` of `session.limit`; what else the group needs is there. */
function optionsWith(path: string, value: unknown): object {
  const [name = '', ...deeper] = path.split('.')
  const needed =
    name === 'acceptLegacy' && deeper.length > 0 ? { secret: 's', until: '1970-01-02' } : {}
  return {
    [name]: deeper.length === 0 ? value : { ...needed, ...optionsWith(deeper.join('.'), value) },
  }
}

const { leaves, groups } = pathsOf(optionShapes)

test('the table names every option', () => {
  expect(Object.keys(mayTake).sort()).toEqual(leaves.sort())
})

describe('Z5: an option takes what its type says, or a sentence begins with its path', () => {
  test.each(leaves)('%s', (path) => {
    for (const [kind, value] of Object.entries(oddValues)) {
      const { mistakes } = checkOptions(optionsWith(path, value), {})
      const isTaken = mistakes.length === 0
      if (groups.includes(path) && empty.includes(kind)) continue
      if (isTaken) expect(mayTake[path]).toContain(kind)
      for (const line of mistakes) expect(line.slice(0, path.length)).toBe(path)
      for (const line of mistakes) expect(line.length).toBeLessThan(300)
    }
  })

  test.each(groups)('%s, whose options are in an object', (path) => {
    const wrong = Object.keys(oddValues).filter(
      (kind) => !empty.includes(kind) && !(mayTake[path] ?? []).includes(kind),
    )
    for (const kind of wrong) {
      const { mistakes } = checkOptions(optionsWith(path, oddValues[kind]), {})
      if (kind !== 'objectWithPath') expect(mistakes, kind).toHaveLength(1)
      expect(mistakes, kind).not.toEqual([])
      for (const line of mistakes) expect(line.slice(0, path.length)).toBe(path)
    }
  })

  test('the options as a whole', () => {
    for (const kind of Object.keys(oddValues).filter((one) => !empty.includes(one))) {
      if (kind === 'objectWithPath') continue
      const { mistakes } = checkOptions(oddValues[kind] as object, {})
      expect(mistakes).toHaveLength(1)
      expect(mistakes[0]).toMatch(/^options must be an object, got /)
    }
  })
})

test('an option of a wrong kind is told once, and the mistakes of others with it', () => {
  const given = { issuer: 5, session: null, passwords: { minLength: 4 } }
  const environment = { NODE_ENV: 'production', COUNTERSIGN_SECRET: 's'.repeat(32) }
  expect(() => resolveOptions(given as never, environment)).toThrow(
    new TypeError(
      [
        'Countersign cannot start:',
        '  - issuer must be a text, got a number',
        '  - session must be an object, got null',
        "  - passwords.minLength must be a whole number from 8 to 256, got '4'",
      ].join('\n'),
    ),
  )
})

test('what an instance of a class or a Map holds is not left out in silence', () => {
  const lines = ['an instance of a class', 'a list', 'a promise'].map(
    (kind) => `session must be an object, got ${kind}`,
  )
  const given = [new Settings(), [], Promise.resolve({})]
  expect(given.map((session) => checkOptions({ session } as never, {}).mistakes)).toEqual(
    lines.map((line) => [line]),
  )
})

test('R16: what may be a secret is not told, whatever its place', () => {
  const places = [
    'secret',
    'passwords.pepper',
    'database',
    'redis',
    'acceptLegacy.secret',
    'stores',
  ]
  const told = places.flatMap((path) =>
    [revealing, [revealing, 5], { [revealing]: revealing }, { url: revealing }].flatMap(
      (value) => checkOptions(optionsWith(path, value), {}).mistakes,
    ),
  )
  expect(told.length).toBeGreaterThan(15)
  expect(told.join('\n')).not.toContain(revealing)
})
