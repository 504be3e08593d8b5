/**
 * `createTestAuth`: a whole `Auth` on the memory store, for tests.
 *
 * Touches no file, waits for nothing and is deaf to the environment, so that a test is the same on
 * every machine.
 */

import { type Auth, createAuth } from '../auth.ts'
import type { AuthEvent } from '../events.ts'
import { type AuthOptions, defaults } from '../options/auth-options.ts'
import { fitOptions } from '../options/known-options.ts'
import { resolveOptions, startError } from '../options/resolve-options.ts'
import { openMemoryStores } from '../stores/memory/index.ts'
import { type LoggedInAs, logInAs, type Rights } from './log-in-as.ts'
import { createTestClock, type TestClock } from './test-clock.ts'

/** What `createAuth` takes, but where data are and what time it is. */
export type TestAuthOptions = Omit<
  AuthOptions,
  'stores' | 'clock' | 'dataFolder' | 'database' | 'redis' | 'requireStoreAtStart'
>

export interface TestAuth {
  readonly auth: Auth
  /** Starts at the present time, and stands still until it is moved. */
  readonly clock: TestClock
  /** Every security event so far, oldest first. */
  readonly events: readonly AuthEvent[]
  /**
   * Logs an account in at once, without its password. A name that nobody has becomes an account,
   * with `testPassword`.
   *
   * @throws TypeError when rights are given for an account that exists.
   */
  loginAs(who: string | { readonly id: string }, rights?: Rights): Promise<LoggedInAs>
  /** What `auth.close()` does. */
  close(): Promise<void>
}

/**
 * Two that are made share nothing. Two tests may also share one, with users of their own.
 *
 * @throws TypeError naming every mistake in the options at once.
 */
export async function createTestAuth(options: TestAuthOptions = {}): Promise<TestAuth> {
  const { mistakes } = fitOptions(options)
  if (mistakes.length > 0) throw startError(mistakes.map(({ line }) => line))
  const clock = createTestClock()
  const settled = withoutEnvironment(options)
  const lifetimes = resolveOptions(settled, {})
  const stores = await openMemoryStores({ ...lifetimes, clock: clock.now })
  const auth = await createAuth({ ...settled, stores, clock: clock.now })
  const events: AuthEvent[] = []
  auth.on('*', (event) => events.push(event))
  return Object.freeze<TestAuth>({
    auth,
    clock,
    events,
    loginAs: (who, rights) => logInAs(auth.http.core, who, rights),
    close: () => auth.close(),
  })
}

/** Names everything that an environment variable could otherwise decide. */
function withoutEnvironment(options: TestAuthOptions): AuthOptions {
  const { issuer = defaults.developmentIssuer } = options
  return {
    issuer,
    audience: issuer,
    secret: 'a secret that everybody knows, good for tests only',
    origins: [],
    ...options,
    // Neither is used, and what the environment says of them is not even looked at.
    dataFolder: defaults.dataFolder,
    database: 'sqlite::memory:',
    redis: 'off',
    requireStoreAtStart: false,
    accessToken: {
      algorithm: defaults.algorithm,
      lifetime: defaults.accessLifetime,
      ...options.accessToken,
    },
    passwords: { pepper: [], ...options.passwords },
    session: {
      inactivityTimeout: defaults.inactivityTimeout,
      absoluteLifetime: defaults.absoluteLifetime,
      limit: defaults.sessionLimit,
      refreshLimit: defaults.refreshLimit,
      ...options.session,
    },
    trustedProxies: options.trustedProxies ?? [],
    // All tests come from one address, and many make an account each.
    limits: { login: { network: 'off' }, register: 'off', ...options.limits },
  }
}
