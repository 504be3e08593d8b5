import { describe, expect, test } from 'vitest'
import type { AuthOptions } from '../../src/options/auth-options.ts'
import type { Environment } from '../../src/options/environment.ts'
import { checkOptions, resolveOptions } from '../../src/options/resolve-options.ts'

const limitsOf = (limits: AuthOptions['limits'], environment: Environment = {}) =>
  resolveOptions(limits === undefined ? {} : { limits }, environment).limits
const mistakesOf = (options: unknown, environment: Environment = {}) =>
  checkOptions(options as AuthOptions, environment).mistakes

describe('limits', () => {
  test('P9, P10: are those of the table when nothing is said', () => {
    expect(limitsOf(undefined)).toEqual({
      login: {
        failures: 5,
        longestPauseMilliseconds: 900_000,
        lockAfter: 100,
        network: { count: 50, windowMilliseconds: 600_000 },
      },
      register: {
        name: { count: 5, windowMilliseconds: 3_600_000 },
        network: { count: 20, windowMilliseconds: 3_600_000 },
      },
      ipv6PrefixBits: 64,
    })
  })

  test("each can be set, and each is lifted by 'off'", () => {
    const login = { failures: 3, longestPause: '1m', lockAfter: 50, network: { window: 60 } }
    expect(limitsOf({ login }).login).toEqual({
      failures: 3,
      longestPauseMilliseconds: 60_000,
      lockAfter: 50,
      network: { count: 50, windowMilliseconds: 60_000 },
    })
    expect(limitsOf({ login: 'off', register: 'off' })).toMatchObject({
      login: 'off',
      register: 'off',
    })
    expect(limitsOf({ login: { lockAfter: 'off', network: 'off' } }).login).toMatchObject({
      lockAfter: Number.POSITIVE_INFINITY,
      network: { count: Number.POSITIVE_INFINITY },
    })
    expect(limitsOf({ register: { name: 'off', network: 7 } }).register).toMatchObject({
      name: { count: Number.POSITIVE_INFINITY },
      network: { count: 7 },
    })
  })

  test('P9: the hard limit is at most 100', () => {
    expect(mistakesOf({ limits: { login: { lockAfter: 101 } } })).toHaveLength(1)
  })

  test('mistakes name their path', () => {
    const mistakes = mistakesOf({
      limits: {
        login: {
          failures: 0,
          longestPause: '2d',
          lockAfter: 9,
          network: { failures: 1.5, window: 0 },
        },
        register: { name: 0, network: 'none', window: 'soon' },
        ipv6Prefix: 31,
      },
    })
    const paths = ['failures', 'longestPause', 'lockAfter', 'network.failures', 'network.window']
      .map((path) => `limits.login.${path}`)
      .concat(['name', 'network', 'window'].map((path) => `limits.register.${path}`))
      .concat('limits.ipv6Prefix')
    expect(mistakes.map((line) => line.split(' ')[0])).toEqual(paths)
    for (const wrong of ['on', 5, null]) {
      expect(mistakesOf({ limits: { login: wrong } })[0]).toContain('limits.login must be')
    }
  })

  test('the environment sets one number or lifts the limit, and options win', () => {
    const environment = { COUNTERSIGN_LOGIN_LIMIT: '10', COUNTERSIGN_REGISTER_LIMIT: '40' }
    expect(limitsOf(undefined, environment)).toMatchObject({
      login: { failures: 10, lockAfter: 100 },
      register: { name: { count: 5 }, network: { count: 40 } },
    })
    expect(limitsOf({ login: 'off' }, environment)).toMatchObject({
      login: 'off',
      register: { network: { count: 40 } },
    })
    expect(limitsOf(undefined, { COUNTERSIGN_LOGIN_LIMIT: 'off' }).login).toBe('off')
    const wrong = { COUNTERSIGN_LOGIN_LIMIT: 'many', COUNTERSIGN_REGISTER_LIMIT: '-1' }
    expect(mistakesOf({}, wrong)).toHaveLength(2)
  })
})

describe('trusted proxies', () => {
  const proxiesOf = (...trustedProxies: string[]) =>
    resolveOptions({ trustedProxies }, {}).trustedProxies.addresses

  test('H4: are nobody by default', () => {
    expect(resolveOptions({}, {}).trustedProxies.addresses).toBeUndefined()
  })

  test('H4: are addresses, networks and three names', () => {
    const list = proxiesOf('192.0.2.1', '2001:db8::/32', 'loopback', 'linklocal', 'uniquelocal')
    for (const address of ['192.0.2.1', '127.9.9.9', '169.254.1.1', '10.0.0.1', '172.31.0.1']) {
      expect([address, list?.check(address)]).toEqual([address, true])
    }
    for (const address of ['2001:db8::9', '::1', 'fe80::1', 'fd00::1']) {
      expect([address, list?.check(address, 'ipv6')]).toEqual([address, true])
    }
    for (const address of ['192.0.2.2', '172.32.0.1', '11.0.0.1', '8.8.8.8']) {
      expect([address, list?.check(address)]).toEqual([address, false])
    }
    expect(list?.check('2001:db9::1', 'ipv6')).toBe(false)
  })

  test('H4: are not everybody, and a mistake names what was given', () => {
    for (const wrong of [
      '0.0.0.0/0',
      '::/0',
      '10.0.0.0/33',
      '::1/129',
      '10.0.0.0/',
      '10.0.0.0/8/8',
      '10.0.0.0/-1',
      '10.0.0.0/ 8',
      'proxy.example',
      'toString',
      '',
      '::ffff:10.0.0.1',
      'fe80::1%eth0',
    ]) {
      const [mistake = '', ...others] = mistakesOf({ trustedProxies: [wrong] })
      expect([wrong, mistake.startsWith('trustedProxies must'), others]).toEqual([wrong, true, []])
      expect(mistake).toContain(`got '${wrong}'`)
    }
    expect(mistakesOf({ forwardedHeader: 'x-real-ip' })).toHaveLength(1)
  })
})
