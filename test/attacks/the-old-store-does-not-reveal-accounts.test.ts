/** With `legacyUsers`, log-in does not tell who is an account, who was a user before, and who nobody is. */

import { beforeAll, expect, test } from 'vitest'
import { createOldStore, oldHash, oldPassword } from '../support/old-application.ts'
import { type Answer, send } from '../support/send.ts'
import { shareServer } from '../support/test-server.ts'

const store = createOldStore()
const server = shareServer({ legacyUsers: store, limits: { login: 'off' } })
const login = (username: string, password = 'not the password') =>
  send(`${server.get().base}/auth/login`, 'POST', { body: { username, password } })
const seen = ({ status, text, headers }: Answer) => {
  const { date: _, ...rest } = Object.fromEntries(headers)
  return { status, text, headers: rest }
}

beforeAll(async () => {
  const passwordHash = await oldHash(oldPassword, 10)
  store.users.push({ id: '1', username: 'adopted', passwordHash })
  store.users.push({ id: '2', username: 'waiting', passwordHash })
  expect((await login('adopted', oldPassword)).status).toBe(200)
})

test('P11: status, body and headers are the same for all three', async () => {
  const wrong = seen(await login('adopted'))
  expect(wrong.status).toBe(401)
  for (const name of ['waiting', 'nobody']) expect(seen(await login(name))).toEqual(wrong)
})

test('P11: all three take as long', async () => {
  const times = new Map<string, number[]>([
    ['adopted', []],
    ['waiting', []],
    ['nobody', []],
  ])
  for (let round = 0; round < 12; round += 1) {
    for (const [name, list] of times) {
      const start = performance.now()
      await login(name)
      list.push(performance.now() - start)
    }
  }
  const medians = [...times.values()].map(median)
  const [least, most] = [Math.min(...medians), Math.max(...medians)]
  // Without a sample of the old hashes, `waiting` alone would take twice as long.
  expect((most - least) / most).toBeLessThan(0.35)
})

const median = (values: number[]): number =>
  values.sort((a, b) => a - b)[Math.floor(values.length / 2)] as number
