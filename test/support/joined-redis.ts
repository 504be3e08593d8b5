/** A server whose accounts are in memory and whose sessions are in a real Redis. */

import { type Auth, createAuth } from '../../src/auth.ts'
import { defaults } from '../../src/options/auth-options.ts'
import { joinStores } from '../../src/stores/joined/open.ts'
import { openMemoryStores } from '../../src/stores/memory/index.ts'
import { openRedisStores } from '../../src/stores/redis/open.ts'
import { logInAs } from '../../src/testing/log-in-as.ts'

export interface JoinedServer {
  readonly auth: Auth
  loginAs(name: string): ReturnType<typeof logInAs>
}

const lifetimes = {
  accessLifetime: 15 * 60_000,
  inactivityTimeout: 7 * 86_400_000,
  absoluteLifetime: 30 * 86_400_000,
}

/** To be closed by whoever opened it. */
export async function openJoinedServer(redis: string, issuer: string): Promise<JoinedServer> {
  const accounts = await openMemoryStores({ clock: Date.now, ...lifetimes })
  const separate = await openRedisStores({ redis, ...lifetimes })
  const { oneTimeTokens } = accounts
  for (;;) {
    if (
      await separate.sessions.ping().then(
        () => true,
        () => false,
      )
    )
      break
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const auth = await createAuth({
    issuer,
    secret: 'a server secret for tests, of more than 32 bytes',
    session: { limit: defaults.sessionLimit },
    stores: joinStores(accounts, { ...separate, oneTimeTokens }),
  })
  return { auth, loginAs: (name) => logInAs(auth.http.core, name, undefined) }
}
