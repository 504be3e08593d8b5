/** A server on a place, and clients of it, for the tests of moving. */

import { onTestFinished } from 'vitest'
import { type Auth, createAuth } from '../../src/auth.ts'
import { openPlace, type StorePlace } from '../../src/cli/store-place.ts'
import type { Stores } from '../../src/stores/ports.ts'

export const issuer = 'https://auth.example.org'
export const password = 'correct horse battery'
const secret = 'a server secret for tests, of more than 32 bytes'

/** Closed by whoever moves what it has, or at the end of the test. */
export async function openServer(place: StorePlace): Promise<Auth> {
  const auth = await createAuth({
    ...{ issuer, secret, stores: await openStores(place) },
    limits: { login: 'off', register: 'off' },
  })
  onTestFinished(() => auth.close().catch(() => {}))
  return auth
}

/** A Redis is connected to in the background, so it is waited for. */
export async function openStores(place: StorePlace): Promise<Stores> {
  const stores = await openPlace(place, {}, () => {})
  onTestFinished(() => stores.close().catch(() => {}))
  const giveUpAt = performance.now() + 20_000
  for (;;) {
    const isThere = await stores.ping().then(
      () => true,
      () => performance.now() > giveUpAt,
    )
    if (isThere) return stores
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

export interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
}

export async function register(auth: Auth, username: string): Promise<string> {
  const { user } = await auth.register({ username, email: `${username}@example.org`, password })
  return user.id
}

export const logIn = async (auth: Auth, username: string): Promise<Tokens> =>
  (await auth.login({ username, password })).session
