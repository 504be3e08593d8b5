/**
 * A process of its own that races others on one file; started by `processes.test.ts`.
 *
 * Gets its work as one message, reports how much of it won, and exits.
 */

import { uuidV7 } from '../../../src/crypto/uuid.ts'
import type { RefreshPolicy } from '../../../src/sessions/decide-refresh.ts'
import type { DriverName } from '../../../src/stores/sqlite/driver.ts'
import { openSqliteStores } from '../../../src/stores/sqlite/open.ts'

export interface Work {
  readonly path: string
  readonly driver: DriverName
  readonly policy: RefreshPolicy
  readonly now: number
  readonly usernames: readonly string[]
  readonly sessions: readonly { readonly id: string; readonly hashHex: string }[]
}

export interface Won {
  readonly accounts: number
  readonly commits: number
}

process.once('message', async (message) => {
  const { path, driver, policy, now, usernames, sessions } = message as Work
  const stores = await openSqliteStores({ path, driver, clock: () => now, ...policy })
  const created = await Promise.all(
    usernames.map((username) =>
      stores.users.create({
        id: uuidV7(now),
        externalId: null,
        username,
        usernameKey: username,
        email: null,
        emailKey: null,
        name: null,
        passwordHash: String(process.pid),
        roles: [],
        scopes: [],
      }),
    ),
  )
  const steps = await Promise.all(
    sessions.map(({ id, hashHex }) => {
      const hash = Buffer.from(String(process.pid).padStart(32, '0'), 'hex')
      const parent = Buffer.from(hashHex, 'hex')
      const times = { accountId: id, epoch: 0, issuedAt: now, sessionBornAt: now }
      const presented = { generation: 2, hash, parent, restorable: false, ...times }
      return stores.sessions.refresh(id, presented, policy)
    }),
  )
  await stores.close()
  const won: Won = {
    accounts: created.filter((outcome) => typeof outcome === 'object').length,
    commits: steps.filter(({ decision }) => decision.outcome === 'committed').length,
  }
  process.send?.(won, () => process.exit(0))
})
process.send?.('ready')
