/**
 * The time of a log-in does not tell whether the account exists (P11, G12; ASVS 6.3.8).
 *
 * `ENUMERATION_PAIRS=1000 npm test -- test/holds/enumeration.test.ts` measures what G12 asks for and
 * prints the figures; without the variable a shorter run does.
 */

import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { uuidV7 } from '../../src/crypto/uuid.ts'
import { accountCounter } from '../../src/flows/counter-keys.ts'
import type { Stores } from '../../src/stores/ports.ts'
import { openSqliteStores } from '../../src/stores/sqlite/open.ts'
import { send } from '../support/send.ts'
import { createTestAuth, serveNode } from '../support/test-server.ts'
import { temporaryFolder } from './server-process.ts'

const pairs = Number(process.env.ENUMERATION_PAIRS ?? 200)
const warmUp = 20
const lockAfter = 10
const rule = { windowMilliseconds: 86_400_000, windowFrom: 'last' } as const
const kinds = ['active', 'disabled', 'locked'] as const

/**
 * The best threshold is chosen after the fact, so that pure chance is right in more than half: in
 * 1/2 + D/2, where D is the Kolmogorov-Smirnov distance of the two samples. D exceeds √(10/pairs)
 * once in 11,000 runs when there is nothing to see (2e⁻¹⁰). For 1,000 pairs that is 55 %, for 200 61 %.
 */
const chance = (count: number): number => 0.5 + 0.5 * Math.sqrt(10 / count)

async function seed(stores: Stores, passwordHash: string): Promise<void> {
  for (let index = 0; index < pairs + warmUp; index += 1) {
    const id = uuidV7(Date.now())
    const names = { username: `known${index}`, usernameKey: `known${index}` }
    const none = { email: null, emailKey: null, name: null, roles: [], scopes: [] }
    await stores.users.create({ id, externalId: null, ...names, ...none, passwordHash })
    const kind = kinds[index % kinds.length]
    if (kind === 'disabled') await stores.users.setStatus(id, 'disabled')
    if (kind !== 'locked') continue
    for (let failure = 0; failure < lockAfter; failure += 1) {
      await stores.attempts.takeAll([{ key: accountCounter(id), rule }])
    }
  }
}

/** How often the best of all thresholds, in either direction, is right. */
function bestAccuracy(known: readonly number[], unknown: readonly number[]): number {
  const all = [...known.map((time) => [time, 1]), ...unknown.map((time) => [time, -1])]
  let balance = 0
  let widest = 0
  for (const [, side = 0] of all.sort(([one = 0], [other = 0]) => one - other)) {
    balance += side
    widest = Math.max(widest, Math.abs(balance))
  }
  return 0.5 + widest / (2 * known.length)
}

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] as number

test('P11, G12: no threshold of time tells known names from unknown ones', async () => {
  const times = { accessLifetime: 900_000, inactivityTimeout: 1e9, absoluteLifetime: 1e9 }
  const path = join(temporaryFolder(), 'enumeration.db')
  const stores = await openSqliteStores({ path, clock: () => Date.now(), ...times })
  const limits = { login: { lockAfter, network: { failures: 1_000_000 } } }
  const { auth } = await createTestAuth({ stores, limits })
  await seed(stores, await auth.http.core.context.passwords.hash('the right password'))
  const url = `${await serveNode(auth)}/auth/login`

  const timed = async (username: string): Promise<number> => {
    const body = { username, password: 'not the password' }
    const start = performance.now()
    const { status } = await send(url, 'POST', { body })
    const took = performance.now() - start
    expect(status).toBe(401)
    return took
  }
  const samples: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] }
  for (let pair = 0; pair < pairs + warmUp; pair += 1) {
    const order = randomInt(2) === 0 ? ['known', 'unknown'] : ['unknown', 'known']
    for (const side of order as ('known' | 'unknown')[]) {
      const took = await timed(`${side}${pair}`)
      if (pair >= warmUp) samples[side].push(took)
    }
  }
  const accuracy = bestAccuracy(samples.known, samples.unknown)
  if (process.env.ENUMERATION_PAIRS !== undefined) {
    const [known, unknown] = [median(samples.known), median(samples.unknown)]
    const medians = `medians ${known.toFixed(2)} ms and ${unknown.toFixed(2)} ms`
    const right = `best threshold right in ${(accuracy * 100).toFixed(1)} %`
    process.stdout.write(`${pairs} pairs: ${right}, ${medians}\n`)
  }
  expect(accuracy).toBeLessThan(chance(pairs))
}, 600_000)

test('the measure finds a difference of a millisecond among times that vary by three', () => {
  // Deterministic noise: the golden ratio fills an interval evenly.
  const noise = (index: number): number => 3 * ((index * 0.618_033_988_749) % 1)
  const known = Array.from({ length: 1000 }, (_, index) => 40 + noise(index))
  const slower = Array.from({ length: 1000 }, (_, index) => 41 + noise(index + 1000))
  const same = Array.from({ length: 1000 }, (_, index) => 40 + noise(index + 1000))
  expect(bestAccuracy(known, slower)).toBeGreaterThan(chance(1000))
  expect(bestAccuracy(known, same)).toBeLessThan(chance(1000))
})
