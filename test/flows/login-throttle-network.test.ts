import { describe, expect, test } from 'vitest'
import { failTimes, throttleKit } from './throttle-kit.ts'

describe('the network', () => {
  test('P10: 50 failures in ten minutes refuse every name from it, and no other network', async () => {
    const kit = await throttleKit()
    for (let failure = 0; failure < 50; failure += 1) {
      const attempt = { name: `name ${failure}`, accountId: undefined, address: '192.0.2.1' }
      expect(await kit.logIn(false, attempt)).toBe(false)
      kit.advance(1000)
    }
    expect(await kit.logIn(true, { address: '192.0.2.1' })).toBe(550)
    expect(await kit.logIn(true, { address: '::ffff:192.0.2.1' })).toBe(550)
    expect(await kit.logIn(true, { address: '192.0.2.2' })).toBe(true)
    kit.advance(550_000)
    expect(await kit.logIn(true, { address: '192.0.2.1' })).toBe(true)
  })

  test('P10: of 200 parallel guesses at 200 names 50 look at a password', async () => {
    const kit = await throttleKit()
    const guesses = Array.from({ length: 200 }, (_, index) =>
      kit.logIn(false, { name: `${index}`, accountId: undefined, address: '2001:db8::1' }),
    )
    await Promise.all(guesses)
    expect(kit.checked()).toBe(50)
  })

  test('neither successes nor refused tries count', async () => {
    const kit = await throttleKit()
    const address = '192.0.2.1'
    for (let login = 0; login < 60; login += 1)
      expect(await kit.logIn(true, { address })).toBe(true)
    await failTimes(kit, 5, { address })
    for (let refused = 0; refused < 60; refused += 1)
      expect(await kit.logIn(false, { address })).toBe(1)
    expect(await kit.logIn(true, { name: 'bob', accountId: 'b1', address })).toBe(true)
  })

  test('H4: of IPv6 the /64 counts, or what the option says', async () => {
    const one = { login: { network: { failures: 1 } } } as const
    const kit = await throttleKit({ limits: one })
    await kit.logIn(false, { address: '2001:db8:0:1::1' })
    expect(await kit.logIn(true, { address: '2001:db8:0:1:ffff::2' })).toBe(600)
    expect(await kit.logIn(true, { address: '2001:db8:0:2::1' })).toBe(true)
    const wide = await throttleKit({ limits: { ...one, ipv6Prefix: 56 } })
    await wide.logIn(false, { address: '2001:db8:0:1::1' })
    expect(await wide.logIn(true, { address: '2001:db8:0:2::1' })).toBe(600)
  })
})
