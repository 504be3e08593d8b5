/**
 * Rules of moving to another store: what is written is what was read, twice is as good as once, and
 * nothing that is newer is replaced.
 */

import { deepEqual, equal } from 'node:assert/strict'
import type { LiveSession } from '../../sessions/session.ts'
import type { AccountRecord, TransferStore } from '../ports.ts'
import { minute, newHash, newSession, plainSession, unknownId } from './examples.ts'
import { everything } from './feed-reading.ts'
import { LeftOut, type OpenedStores, suiteOf } from './rule.ts'

const born = 1_790_000_000_000
const replacing = { takeNames: true }
const careful = { takeNames: false }

function transferOf({ stores }: OpenedStores): TransferStore {
  if (stores.transfer === undefined) throw new LeftOut('The stores cannot be moved.')
  return stores.transfer
}

function record(name: string, fields: Partial<AccountRecord> = {}): AccountRecord {
  return {
    id: unknownId(),
    externalId: `old-${name}`,
    username: name,
    usernameKey: name.toLowerCase(),
    email: `${name}@example.org`,
    emailKey: `${name}@example.org`.toLowerCase(),
    emailVerified: true,
    name: 'Ada Lovelace',
    passwordHash: '$argon2id$one',
    status: 'disabled',
    sessionEpoch: 4,
    roles: ['admin', 'reader'],
    scopes: ['notes:read'],
    createdAt: born,
    updatedAt: born + minute,
    ...fields,
  }
}

const bare: Partial<AccountRecord> = {
  ...{ externalId: null, email: null, emailKey: null, name: null, roles: [], scopes: [] },
}

async function liveSession(opened: OpenedStores, fields: Partial<LiveSession> = {}) {
  const at = await opened.sessions.now()
  const moved = { generation: 5, forks: 2, forkedAt: at - 1000, recentCommits: [at - 2000] }
  return {
    ...newSession(unknownId(), at - minute, { epoch: 4, amr: ['pwd', 'otp'], ...moved }),
    status: 'live' as const,
    ...fields,
  }
}

const all = { limit: 100 }

export const transferRules = suiteOf('moving to another store', {
  'an account is read as it was written, and found by its names': async ({ open }) => {
    const opened = await open()
    const transfer = transferOf(opened)
    const records = [record('Ada'), record('Bob', bare)].sort((a, b) => (a.id < b.id ? -1 : 1))
    deepEqual(await transfer.importAccounts(records, careful), ['written', 'written'])
    deepEqual(await transfer.exportAccounts(all), records)
    equal(await transfer.countAccounts(), 2)
    for (const { usernameKey, emailKey, ...account } of records) {
      deepEqual(await opened.users.findByKey({ usernameKey: usernameKey ?? '' }), account)
      if (emailKey !== null) deepEqual(await opened.users.findByKey({ emailKey }), account)
    }
  },

  'accounts are read in parts, in the order of their ids': async ({ open }) => {
    const transfer = transferOf(await open())
    const records = ['a', 'b', 'c', 'd', 'e'].map((name) => record(name))
    await transfer.importAccounts(records, careful)
    const ids = records.map(({ id }) => id).sort()
    const first = await transfer.exportAccounts({ limit: 2 })
    const rest = await transfer.exportAccounts({ after: first[1]?.id, limit: 9 })
    deepEqual(
      [...first, ...rest].map(({ id }) => id),
      ids,
    )
  },

  'writing accounts twice changes nothing, and a newer one stays': async ({ open }) => {
    const transfer = transferOf(await open())
    const first = record('Ada')
    deepEqual(await transfer.importAccounts([first], replacing), ['written'])
    deepEqual(await transfer.importAccounts([first], replacing), ['kept'])
    const lowerEpoch = { ...first, sessionEpoch: 3, updatedAt: born + 9 * minute }
    const older = { ...first, updatedAt: born, status: 'active' as const }
    deepEqual(await transfer.importAccounts([lowerEpoch], replacing), ['kept'])
    deepEqual(await transfer.importAccounts([older], replacing), ['kept'])
    deepEqual(await transfer.exportAccounts(all), [first])
    const hashed = { ...first, passwordHash: '$argon2id$stronger' }
    deepEqual(await transfer.importAccounts([hashed], replacing), ['written'])
    const newer = { ...hashed, ...bare, sessionEpoch: 5, username: 'ADA', updatedAt: born }
    deepEqual(await transfer.importAccounts([newer], replacing), ['written'])
    deepEqual(await transfer.exportAccounts(all), [newer])
  },

  'a name that another account has is taken, unless it changes hands': async ({ open }) => {
    const { users, ...opened } = await open()
    const transfer = transferOf({ users, ...opened })
    const [ada, bob] = [record('Ada'), record('Bob')]
    await transfer.importAccounts([ada, bob], careful)
    const swapped = [
      { ...ada, username: 'Bob', usernameKey: 'bob', updatedAt: born + 2 * minute },
      { ...bob, username: 'Ada', usernameKey: 'ada', updatedAt: born + 2 * minute },
    ]
    deepEqual(await transfer.importAccounts(swapped, careful), ['taken', 'taken'])
    equal((await users.findByKey({ usernameKey: 'ada' }))?.id, ada.id)
    deepEqual(await transfer.importAccounts(swapped, replacing), ['written', 'written'])
    equal((await users.findByKey({ usernameKey: 'ada' }))?.id, bob.id)
    equal((await users.findByKey({ usernameKey: 'bob' }))?.id, ada.id)
    deepEqual(await transfer.importAccounts([record('ada', bare)], careful), ['taken'])
  },

  'T2: external ids of deleted accounts are carried, and nobody gets them': async ({ open }) => {
    const opened = await open()
    const transfer = transferOf(opened)
    const ada = record('Ada')
    await transfer.importAccounts([ada, record('Bob')], careful)
    await opened.users.delete(ada.id)
    deepEqual(await transfer.exportRetired(all), ['old-Ada'])
    await transfer.importRetired(['gone', 'old-Ada', 'old-Bob'])
    await transfer.importRetired(['gone'])
    deepEqual(await transfer.exportRetired(all), ['gone', 'old-Ada'])
    equal(await opened.users.findExternal('gone'), 'deleted')
    const again = record('Cleo', { externalId: 'gone' })
    deepEqual(await transfer.importAccounts([again], replacing), ['taken'])
    equal(await transfer.countAccounts(), 1)
  },

  'a session is found and listed as it was written': async ({ open }) => {
    const opened = await open()
    const session = await liveSession(opened)
    equal(await transferOf(opened).importSessions([session]), 1)
    deepEqual(plainSession(await opened.sessions.find(session.id)), plainSession(session))
    const listed = await opened.sessions.list(session.accountId, 4)
    deepEqual(listed.map(plainSession), [plainSession(session)])
  },

  'writing sessions twice changes nothing, and one that went on stays': async ({ open }) => {
    const opened = await open()
    const transfer = transferOf(opened)
    const session = await liveSession(opened)
    equal(await transfer.importSessions([session]), 1)
    equal(await transfer.importSessions([session]), 0)
    const before = { ...session, generation: 4, hash: newHash(), forkedAt: session.forkedAt + 1 }
    const another = { ...session, hash: newHash() }
    equal(await transfer.importSessions([before, another]), 0)
    deepEqual(plainSession(await opened.sessions.find(session.id)), plainSession(session))
    const next = { ...session, generation: 6, hash: newHash(), forks: 0 }
    equal(await transfer.importSessions([next]), 1)
    deepEqual(plainSession(await opened.sessions.find(session.id)), plainSession(next))
  },

  'I3: a session that ended is not brought back': async ({ open }) => {
    const opened = await open()
    const transfer = transferOf(opened)
    const session = await liveSession(opened)
    await transfer.importSessions([session])
    await opened.sessions.end(session.id, session.accountId, 'logout')
    equal(await transfer.importSessions([{ ...session, generation: 9 }]), 0)
    equal((await opened.sessions.find(session.id))?.status, 'ended')
  },

  'endings are read, also those of the session store, and put on the list': async ({ open }) => {
    const opened = await open()
    const transfer = transferOf(opened)
    const session = await liveSession(opened)
    await transfer.importSessions([session])
    await opened.sessions.end(session.id, session.accountId, 'logout')
    const listed = { sessionId: unknownId(), accountId: unknownId(), reason: 'logout' } as const
    await transfer.importEndings([listed])
    await transfer.importEndings([listed])
    const { id: sessionId, accountId } = session
    const both = [listed, { sessionId, accountId, reason: 'logout' }]
    const sorted = both.sort((a, b) => (a.sessionId < b.sessionId ? -1 : 1))
    const found = await transfer.exportEndings(all)
    deepEqual(
      found.map((ending) => ({ ...ending })),
      sorted,
    )
    const after = sorted[0]?.sessionId
    equal((await transfer.exportEndings({ after, limit: 1 }))[0]?.sessionId, sorted[1]?.sessionId)
    // Nobody is told: access tokens of most of them have long expired.
    deepEqual(await everything(opened.sessions), [{ kind: 'session_ended', sessionId }])
  },

  'one-time tokens are read as they were put': async ({ open }) => {
    const opened = await open()
    const tokenHash = Uint8Array.from([...newHash(), ...newHash()])
    const token = { tokenHash, purpose: 'password_reset', accountId: unknownId(), data: 'x' }
    const put = { ...token, expiresAt: (await opened.sessions.now()) + minute }
    await opened.oneTimeTokens.put(put)
    deepEqual(await transferOf(opened).exportTokens(), [put])
  },

  'what is announced for a move is in the feed': async ({ open }) => {
    const opened = await open()
    const changedAt = await opened.sessions.now()
    const entries = [
      { kind: 'session_ended', sessionId: unknownId() },
      { kind: 'account_ended', accountId: unknownId(), epoch: 3 },
      { kind: 'account_changed', accountId: unknownId(), changedAt },
    ] as const
    await transferOf(opened).announce(entries)
    deepEqual(await everything(opened.sessions), entries)
  },
})
