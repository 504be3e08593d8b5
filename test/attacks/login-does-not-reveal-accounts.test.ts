/** Log-in does not tell whether an account exists (P11; ASVS 6.3.8). */

import { beforeAll, expect, test } from 'vitest'
import { createClient } from '../support/client.ts'
import { type Answer, send } from '../support/send.ts'
import { shareServer } from '../support/test-server.ts'

const server = shareServer()
const login = (body: object) => send(`${server.get().base}/auth/login`, 'POST', { body })
const seen = ({ status, text, headers }: Answer) => {
  const { date: _, ...rest } = Object.fromEntries(headers)
  return { status, text, headers: rest }
}

beforeAll(async () => {
  await createClient(server.get().base).register('known')
})

test('P11: status, body and headers are the same for a known and an unknown name', async () => {
  const wrong = seen(await login({ username: 'known', password: 'not the password' }))
  expect(wrong.status).toBe(401)
  expect(wrong.headers).toMatchObject({ 'www-authenticate': 'Bearer realm="api"' })
  const others = [
    { username: 'unknown', password: 'not the password' },
    { username: 'no such name can be', password: 'not the password' },
    { username: '', password: 'not the password' },
    { email: 'unknown@example.com', password: 'not the password' },
    { email: 'no address', password: 'not the password' },
    { username: 'known', password: '' },
    { username: 'unknown', password: 'x'.repeat(5000) },
    { username: 'known', password: 'x'.repeat(5000) },
    { username: 'known', password: 'control\u0000character' },
  ]
  for (const body of others) expect(seen(await login(body))).toEqual(wrong)
})

test('P11, G12: an unknown name takes as long as a wrong password', async () => {
  const timed = async (username: string): Promise<number> => {
    const start = performance.now()
    await login({ username, password: 'not the password' })
    return performance.now() - start
  }
  const known: number[] = []
  const unknown: number[] = []
  for (let pair = 0; pair < 15; pair += 1) {
    known.push(await timed('known'))
    unknown.push(await timed(`unknown${pair}`))
  }
  const [one, other] = [median(known), median(unknown)]
  // Without the decoy hash an unknown name is answered in a tenth of the time.
  expect(Math.abs(one - other) / Math.max(one, other)).toBeLessThan(0.35)
})

const median = (values: number[]): number =>
  values.sort((a, b) => a - b)[Math.floor(values.length / 2)] as number
