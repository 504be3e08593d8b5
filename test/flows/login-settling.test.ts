/** The counters of a log-in are settled beside its session, and neither spoils the other (P10, Z2). */

import { expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { unavailable } from '../../src/errors.ts'
import { contractLifetimes } from '../../src/stores/contract/index.ts'
import { openMemoryStores } from '../../src/stores/memory/index.ts'
import type { AttemptStore, SessionStore } from '../../src/stores/ports.ts'
import { createTestAuth, password } from '../support/test-server.ts'

interface Changes {
  readonly create?: (real: SessionStore) => SessionStore['create']
  readonly settle?: (real: AttemptStore) => AttemptStore['settle']
}

async function start({ create, settle }: Changes) {
  const real = await openMemoryStores({ clock: systemClock, ...contractLifetimes })
  const { auth } = await createTestAuth({
    clock: systemClock,
    stores: {
      ...real,
      sessions: { ...real.sessions, ...(create && { create: create(real.sessions) }) },
      attempts: { ...real.attempts, ...(settle && { settle: settle(real.attempts) }) },
    },
  })
  await auth.register({ username: 'ada', password })
  return (word: string = password) => auth.login({ username: 'ada', password: word })
}

const outage = { code: 'temporarily_unavailable' }

test('P10: the session is made while the counters are settled, the answer waits for both', async () => {
  const order: string[] = []
  let letSettle = (): void => undefined
  const isMade = new Promise<void>((resolve) => {
    letSettle = resolve
  })
  const login = await start({
    settle:
      ({ settle }) =>
      async (changes) => {
        await isMade
        await settle(changes)
        order.push('settled')
      },
    create:
      ({ create }) =>
      async (...input) => {
        const ended = await create(...input)
        order.push('made')
        letSettle()
        return ended
      },
  })
  await login()
  order.push('answered')
  expect(order).toEqual(['made', 'settled', 'answered'])
})

test('Z2, P10: counters that cannot be settled make no error of a log-in', async () => {
  const login = await start({ settle: () => () => Promise.reject(unavailable('down')) })
  expect((await login()).user.username).toBe('ada')
})

test('P10: a session that cannot be made makes no failure of a right password', async () => {
  const login = await start({ create: () => () => Promise.reject(unavailable('down')) })
  for (let failure = 0; failure < 4; failure += 1) {
    await expect(login('not the password')).rejects.toMatchObject({ code: 'invalid_credentials' })
  }
  // The fifth in a row would make the next one wait.
  for (let again = 0; again < 3; again += 1) await expect(login()).rejects.toMatchObject(outage)
})
