/** What a full pool of password hashes costs those whom it turns away: next to nothing (H7, M18). */

import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { contractLifetimes } from '../../src/stores/contract/index.ts'
import { openMemoryStores } from '../../src/stores/memory/index.ts'
import { createTestAuth, password, serveNode } from '../support/test-server.ts'

async function createFull() {
  const { auth } = await createTestAuth({ passwords: { concurrency: 1, queueLimit: 0 } })
  const { passwords } = auth.http.core.context
  const url = await serveNode(auth)
  const post = (path: string, body: string) =>
    fetch(new URL(`/auth/${path}`, url), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
    })
  // As long as this hash is at work there is no place.
  const fill = () => passwords.verify(password, passwords.decoyHash)
  return { post, fill, auth }
}

test.each(['login', 'register'])(
  'H7, M18: for whom there is no place, the body of a %s is not even parsed',
  async (path) => {
    const { post, fill } = await createFull()
    expect((await post(path, 'no JSON')).status).toBe(400)
    let isOver = false
    const hold = async (): Promise<void> => {
      while (!isOver) await fill().catch(() => undefined)
    }
    const holding = hold()
    const refused = await post(path, 'no JSON')
    isOver = true
    await holding
    expect(refused.status).toBe(503)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(refused.headers.get('connection')).not.toBe('close')
    expect((await post(path, 'no JSON')).status).toBe(400)
  },
)

test('H7: a registration or log-in that finds no place is refused before anything else is looked at', async () => {
  const { auth, fill } = await createFull()
  const holding = fill()
  const full = { code: 'temporarily_unavailable' }
  // A password that is refused: it would be told so if anything came before the pool.
  const hopeless = { username: 'ada', password: 'short' }
  await expect(auth.register(hopeless)).rejects.toMatchObject(full)
  await expect(auth.login({ username: 'ada', password })).rejects.toMatchObject(full)
  await holding
  const refused = auth.register(hopeless)
  await expect(refused).rejects.toMatchObject({ code: 'password_refused' })
})

test('H7, M18, G11: of 500 log-ins at once on a slow store those without a place touch no store', async () => {
  const stores = await openMemoryStores({ clock: systemClock, ...contractLifetimes })
  let calls = 0
  const slow = <Part extends object>(part: Part): Part =>
    Object.fromEntries(
      Object.entries(part).map(([name, method]) => [
        name,
        async (...input: unknown[]) => {
          calls += 1
          await pause(20)
          return method(...input)
        },
      ]),
    ) as Part
  const { auth } = await createTestAuth({
    stores: { ...stores, users: slow(stores.users), attempts: slow(stores.attempts) },
    passwords: { concurrency: 1, queueLimit: 9 },
    clock: systemClock,
  })
  calls = 0
  const outcomes: string[] = []
  let refusedLate = 0
  const logIns = Array.from({ length: 500 }, (_, index) =>
    auth.login({ username: `nobody${index}`, password }).catch(({ code }) => {
      outcomes.push(code)
      if (code === 'temporarily_unavailable' && calls > 10) refusedLate += 1
    }),
  )
  await Promise.all(logIns)
  expect(outcomes.slice(0, 490)).toEqual(Array(490).fill('temporarily_unavailable'))
  expect(outcomes.slice(490)).toEqual(Array(10).fill('invalid_credentials'))
  // Each of the ten finds the account and counts the try.
  expect([calls, refusedLate]).toEqual([20, 0])
})
