/** An `AdminAuth` in memory, with the errors that the real one promises. */

import type { AccountView, AdminAuth, KeyView } from '../../src/cli/admin-auth.ts'
import { AuthError } from '../../src/errors.ts'
import type { SessionView } from '../../src/wire.ts'

export const idOf = (number: number): string =>
  `01998d2e-7c1b-7f3a-9d53-${String(number).padStart(12, '0')}`

export const account = (number: number, given: Partial<AccountView> = {}): AccountView => ({
  id: idOf(number),
  externalId: null,
  username: `user${number}`,
  email: null,
  emailVerified: false,
  name: null,
  roles: [],
  scopes: [],
  status: 'active',
  createdAt: '2026-11-25T13:20:30.123Z',
  ...given,
})

export const session: SessionView = {
  id: idOf(900),
  current: false,
  createdAt: '2026-11-25T13:20:30.123Z',
  lastUsedAt: '2026-11-25T14:00:00.000Z',
  userAgent: 'Mozilla/5.0',
  address: '192.0.2.1',
}

export const key: KeyView = {
  kid: 'k1',
  algorithm: 'ES256',
  createdAt: '2026-11-25T13:20:30.123Z',
  activeAt: '2026-11-25T13:20:30.123Z',
  state: 'active',
}

export interface FakeAuth extends AdminAuth {
  readonly accounts: Map<string, AccountView>
  readonly passwords: Map<string, string>
  readonly unlocked: string[]
  readonly ended: [string, string][]
  readonly rotations: ({ readonly now?: boolean } | undefined)[]
  readonly closes: () => number
}

export function fakeAuth(
  given: readonly AccountView[] = [],
  sessions: readonly SessionView[] = [session],
  keys: readonly KeyView[] = [key],
): FakeAuth {
  const accounts = new Map(given.map((one) => [one.id, one]))
  const passwords = new Map<string, string>()
  const unlocked: string[] = []
  const ended: [string, string][] = []
  const rotations: ({ readonly now?: boolean } | undefined)[] = []
  let closes = 0
  const all = () => [...accounts.values()]
  const change = async (id: string, changes: Partial<AccountView>): Promise<AccountView> => {
    const held = accounts.get(id)
    if (held === undefined) throw new AuthError('not_found')
    accounts.set(id, { ...held, ...changes })
    return { ...held, ...changes }
  }
  const checkPassword = (password: string): void => {
    if (password.length < 8)
      throw new AuthError('password_refused', { message: 'It is too short.' })
  }
  return {
    accounts,
    passwords,
    unlocked,
    ended,
    rotations,
    closes: () => closes,
    users: {
      create: async ({ password, ...names }) => {
        if (all().some(({ username }) => username === names.username)) {
          throw new AuthError('username_taken')
        }
        checkPassword(password)
        const made = account(accounts.size + 1, names as Partial<AccountView>)
        accounts.set(made.id, made)
        passwords.set(made.id, password)
        return made
      },
      import: async ({ externalId, passwordHash, ...names }) => {
        const held = all().find((one) => one.externalId === externalId)
        if (held !== undefined) return { outcome: 'exists', account: held }
        if (!passwordHash.startsWith('$')) {
          const fields = [
            { field: 'passwordHash', message: 'is in no format that can be verified' },
          ]
          throw new AuthError('invalid_request', { fields })
        }
        const made = account(accounts.size + 1, { externalId, ...names } as Partial<AccountView>)
        accounts.set(made.id, made)
        return { outcome: 'created', account: made }
      },
      findExternal: async (id) => all().find(({ externalId }) => externalId === id),
      get: async (id) => accounts.get(id),
      find: async (name) => all().find(({ username, email }) => [username, email].includes(name)),
      list: async ({ after, limit = 50 } = {}) => {
        const start = all().findIndex(({ id }) => id === after) + 1
        return all().slice(start, start + limit)
      },
      disable: (id) => change(id, { status: 'disabled' }),
      unlock: (id) => {
        unlocked.push(id)
        return change(id, {})
      },
      enable: (id) => change(id, { status: 'active' }),
      setRoles: (id, roles) => change(id, { roles }),
      setScopes: (id, scopes) => change(id, { scopes }),
      setPassword: async (id, password) => {
        checkPassword(password)
        passwords.set(id, password)
        return change(id, {})
      },
      delete: async (id) => void accounts.delete(id),
    },
    sessions: {
      list: async () => sessions,
      end: async (accountId, sessionId) => {
        if (!sessions.some(({ id }) => id === sessionId)) throw new AuthError('not_found')
        ended.push([accountId, sessionId])
      },
    },
    keys: {
      list: async () => keys,
      rotate: async (options) => {
        rotations.push(options)
        return { kid: 'k2', activeAt: '2026-11-25T15:00:00.000Z' }
      },
    },
    close: async () => {
      closes += 1
    },
  }
}
