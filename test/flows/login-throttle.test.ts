import { describe, expect, test } from 'vitest'
import { unavailable } from '../../src/errors.ts'
import { ada, failTimes, nobody, throttleKit } from './throttle-kit.ts'

describe('the pauses of a name', () => {
  test('P10: from the fifth failure on each try waits 1, 2, 4 … seconds, at most 15 minutes', async () => {
    for (const attempt of [{}, nobody]) {
      const kit = await throttleKit()
      for (let failure = 1; failure <= 5; failure += 1) {
        expect(await kit.logIn(false, attempt)).toBe(false)
      }
      const waits: unknown[] = []
      while (waits.length < 12) {
        const wait = await kit.logIn(false, attempt)
        waits.push(wait)
        kit.advance(Number(wait) * 1000)
        expect(await kit.logIn(false, attempt)).toBe(false)
      }
      expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900])
    }
  })

  test('P10: a refused try looks at no password and lengthens nothing', async () => {
    const kit = await throttleKit()
    await failTimes(kit, 6)
    const before = kit.checked()
    for (let again = 0; again < 20; again += 1) expect(await kit.logIn(true)).toBe(2)
    expect(kit.checked()).toBe(before)
    kit.advance(2000)
    expect(await kit.logIn(true)).toBe(true)
  })

  test('P10: a success forgets the failures of the name', async () => {
    const kit = await throttleKit()
    await failTimes(kit, 4)
    expect(await kit.logIn(true)).toBe(true)
    await failTimes(kit, 4)
    expect(await kit.logIn(true)).toBe(true)
  })

  test('P9, P10: of 50 parallel guesses five look at the password', async () => {
    const kit = await throttleKit()
    const results = await Promise.all(Array.from({ length: 50 }, () => kit.logIn(false)))
    expect(kit.checked()).toBe(5)
    expect(results.filter((result) => result === false)).toHaveLength(5)
    expect(new Set(results)).toEqual(new Set([false, 1]))
  })

  test('a password that could not be looked at is no failure', async () => {
    const kit = await throttleKit()
    const down = () => Promise.reject(unavailable('the pool is full'))
    for (let failed = 0; failed < 20; failed += 1) {
      await expect(kit.throttle.login({ ...ada, address: '192.0.2.1' }, down)).rejects.toThrow()
      await expect(kit.throttle.confirmation('a1', down)).rejects.toThrow()
    }
    expect([await kit.logIn(true), await kit.confirm(true)]).toEqual([true, true])
  })
})

describe('the hard limit of an account', () => {
  test('P9: after 100 failures in a row no password is right until recovery', async () => {
    const kit = await throttleKit()
    await failTimes(kit, 100)
    kit.advance(400 * 86_400_000)
    expect(await kit.logIn(true)).toBe(false)
    await kit.throttle.forgive({ id: 'a1', username: 'ada', email: null })
    expect(await kit.logIn(true)).toBe(true)
  })

  test('P9: the 100th try may still be right, and then all is forgotten', async () => {
    const kit = await throttleKit()
    await failTimes(kit, 99)
    kit.advance(900_000)
    expect(await kit.logIn(true)).toBe(true)
    await failTimes(kit, 99)
    kit.advance(900_000)
    expect(await kit.logIn(true)).toBe(true)
  })

  test('P9: it counts over both names, and no failure is forgotten with time', async () => {
    const kit = await throttleKit()
    for (const name of ['username ada', 'email ada@example.com']) {
      await failTimes(kit, 50, { name })
      kit.advance(300 * 86_400_000)
    }
    expect(await kit.logIn(true)).toBe(false)
  })

  test('P9: parallel guesses over many names of one account are at most 100', async () => {
    const kit = await throttleKit({ limits: { login: { failures: 100 } } })
    const guesses = Array.from({ length: 300 }, (_, index) =>
      kit.throttle.login({ ...ada, name: `${index % 3}` }, async () => true),
    )
    // Each of them is right, and counted before one of the others could forget it.
    const right = (await Promise.allSettled(guesses)).filter(
      (guess) => guess.status === 'fulfilled' && guess.value.isRight,
    )
    expect(right).toHaveLength(100)
  })

  test('P11: a locked account answers and waits as an unknown name does', async () => {
    const kit = await throttleKit()
    const answers = async (attempt: object) => {
      const seen: unknown[] = []
      for (let step = 0; step < 240; step += 1) {
        const result = await kit.logIn(step > 215, attempt)
        seen.push(result)
        if (typeof result === 'number') kit.advance(result * 1000)
      }
      return seen
    }
    const known = await answers({})
    const unknown = await answers(nobody)
    expect(known).toEqual(unknown)
    expect(known).not.toContain(true)
  })
})

describe('a known device', () => {
  const device = { deviceId: 'd1' }

  test('P10: strangers lock the owner out neither for a while nor for good', async () => {
    const kit = await throttleKit()
    await failTimes(kit, 6)
    expect(await kit.logIn(true, device)).toBe(true)
    await failTimes(kit, 100)
    expect(await kit.logIn(true, device)).toBe(true)
    kit.advance(900_000)
    // The lock stays for strangers.
    expect(await kit.logIn(true)).toBe(false)
  })

  test('P10: has pauses of its own', async () => {
    const kit = await throttleKit()
    await failTimes(kit, 5, device)
    expect(await kit.logIn(true, device)).toBe(1)
    expect(await kit.logIn(true, { deviceId: 'd2' })).toBe(true)
    expect(await kit.logIn(true)).toBe(true)
  })

  test('P9: is a stranger after 100 failures in a row', async () => {
    const kit = await throttleKit()
    await failTimes(kit, 200, device)
    for (const attempt of [device, {}]) {
      kit.advance(900_000)
      expect(await kit.logIn(true, attempt)).toBe(false)
    }
  })

  test('P9: a log-in on it makes the failures of strangers no longer in a row', async () => {
    const kit = await throttleKit()
    await failTimes(kit, 99)
    expect(await kit.logIn(true, device)).toBe(true)
    await failTimes(kit, 50)
    kit.advance(900_000)
    expect(await kit.logIn(true)).toBe(true)
  })
})

describe('confirming a password', () => {
  test('P9, P10: has the pauses and the hard limit, counted by account', async () => {
    const kit = await throttleKit()
    for (let failed = 0; failed < 5; failed += 1) expect(await kit.confirm(false)).toBe(false)
    expect(await kit.confirm(true)).toBe(1)
    for (let failed = 5; failed < 100; failed += 1) {
      kit.advance(900_000)
      expect(await kit.confirm(false)).toBe(false)
    }
    kit.advance(400 * 86_400_000)
    expect(await kit.confirm(true)).toBe(900)
    expect(await kit.logIn(true)).toBe(true)
    await kit.throttle.forgive({ id: 'a1', username: null, email: null })
    expect(await kit.confirm(true)).toBe(true)
  })
})

describe('events', () => {
  test('P13: each limit is told once, when it is reached', async () => {
    const kit = await throttleKit({ limits: { login: { network: { failures: 200 } } } })
    await failTimes(kit, 110, { address: '192.0.2.1' })
    await failTimes(kit, 6, { ...nobody, address: '192.0.2.2' })
    await failTimes(kit, 6, { deviceId: 'd1' })
    for (let failed = 0; failed < 8; failed += 1) await kit.confirm(false)
    expect(kit.events).toEqual([
      { type: 'login_throttled', by: 'name', accountId: 'a1' },
      { type: 'account_locked', accountId: 'a1', for: 'login' },
      { type: 'login_throttled', by: 'name' },
      { type: 'login_throttled', by: 'device', accountId: 'a1' },
      { type: 'login_throttled', by: 'session', accountId: 'a1' },
    ])
  })

  test('P13: the network is told without its address', async () => {
    const kit = await throttleKit({ limits: { login: { network: { failures: 3 } } } })
    for (let failed = 0; failed < 5; failed += 1) await kit.logIn(false, { address: '192.0.2.1' })
    expect(kit.events).toEqual([{ type: 'login_throttled', by: 'network' }])
  })
})

test('limits that are off let everything through', async () => {
  const kit = await throttleKit({ limits: { login: 'off' } })
  for (let failed = 0; failed < 150; failed += 1) {
    expect(await kit.logIn(false, { address: '192.0.2.1' })).toBe(false)
  }
  expect([await kit.logIn(true), kit.events]).toEqual([true, []])
  const unlocked = await throttleKit({ limits: { login: { lockAfter: 'off', network: 'off' } } })
  await failTimes(unlocked, 120, { address: '192.0.2.1' })
  unlocked.advance(900_000)
  expect(await unlocked.logIn(true)).toBe(true)
})
