/**
 * Two servers on one Redis and one database of accounts, on a clock that is moved by hand.
 *
 * The flows are those that `createAuth` joins; only passwords are compared as they are, since a
 * hash of Argon2id costs more than a hundred refreshes.
 */

import { createAuth } from '../../src/auth.ts'
import type { PasswordHashing } from '../../src/crypto/password-hashing.ts'
import { uuidV7 } from '../../src/crypto/uuid.ts'
import type { FlowContext } from '../../src/flows/context.ts'
import { joinStores } from '../../src/stores/joined/open.ts'
import { openMemoryStores } from '../../src/stores/memory/index.ts'
import { openRedisStores } from '../../src/stores/redis/open.ts'
import { randomFrom } from '../sessions/simulated-session.ts'
import { createLedger, type Ledger } from './ledger.ts'

export interface World {
  readonly ledger: Ledger
  /** Between 0 and 1, seeded. */
  readonly random: () => number
  now(): number
  advance(milliseconds: number): void
  /** One of the servers. */
  server(): FlowContext
  /** Times at which the store lost writes. */
  readonly losses: number[]
  /** Sessions of which a thief had a token. */
  readonly stolen: Set<string>
  /** Resolves when both servers reach Redis. @returns milliseconds */
  untilUp(): Promise<number>
  close(): Promise<void>
}

const hour = 3_600_000
const lifetimes = {
  accessLifetime: hour / 4,
  inactivityTimeout: 7 * 24 * hour,
  absoluteLifetime: 30 * 24 * hour,
}
const patienceMilliseconds = 30_000

export const hashOf = (password: string): string => `as it is: ${password}`

const passwordsAsTheyAre: PasswordHashing = {
  hash: async (password) => hashOf(password),
  verify: async (password, hash) => [password].flat().map(hashOf).includes(hash),
  needsRehash: () => false,
  withPlace: (work) => work(passwordsAsTheyAre),
  refusal: () => undefined,
  decoyHash: '',
}

export async function openWorld(url: string, seed: number, accounts: number): Promise<World> {
  let now = 1_800_000_000_000
  const clock = () => now
  const random = randomFrom(seed)
  const ledger = createLedger()
  const memory = await openMemoryStores({ clock, ...lifetimes })
  const watched = ledger.watch(memory)
  const { oneTimeTokens } = memory
  const prefix = `soak-${seed}:`
  const servers = await Promise.all(
    [1, 2].map(async () => {
      const redis = await openRedisStores({ redis: url, prefix, clock, ...lifetimes })
      const stores = joinStores(watched, { ...redis, oneTimeTokens })
      await reached(stores.ping)
      const auth = await createAuth({
        // The accounts are shared, and closed with the world.
        stores: { ...stores, close: redis.sessions.close },
        secret: 'a server secret for a soak, of more than 32 bytes',
        issuer: 'http://localhost',
        clock,
        accessToken: { algorithm: 'HS256', lifetime: '15m' },
        session: { limit: 6, refreshLimit: 'off' },
        limits: { login: 'off', register: 'off' },
      })
      auth.on('session_restored', () => {
        ledger.totals.restored += 1
      })
      auth.on('session_recovered', () => {
        ledger.totals.recovered += 1
      })
      const context = { ...auth.http.core.context, passwords: passwordsAsTheyAre }
      return { context, ping: stores.ping, close: auth.close }
    }),
  )
  for (let index = 0; index < accounts; index += 1) {
    const names = { username: `user${index}`, usernameKey: `user${index}` }
    const nobody = {
      externalId: null,
      email: null,
      emailKey: null,
      name: null,
      roles: [],
      scopes: [],
    }
    const passwordHash = hashOf(firstPassword)
    await watched.users.create({ id: uuidV7(now), ...names, ...nobody, passwordHash })
  }
  return {
    ledger,
    random,
    now: clock,
    advance: (milliseconds) => {
      now += Math.floor(milliseconds)
    },
    server: () => (servers[random() < 0.5 ? 0 : 1] as (typeof servers)[0]).context,
    losses: [],
    stolen: new Set(),
    async untilUp() {
      const since = performance.now()
      await Promise.all(servers.map(({ ping }) => reached(ping)))
      return performance.now() - since
    },
    async close() {
      for (const { close } of servers) await close()
      await memory.close()
    },
  }
}

export const firstPassword = 'correct horse battery'

async function reached(ping: () => Promise<void>): Promise<void> {
  const until = performance.now() + patienceMilliseconds
  for (;;) {
    const isUp = await ping().then(
      () => true,
      () => false,
    )
    if (isUp) return
    if (performance.now() > until) throw new Error('a server does not find its way back to Redis')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
