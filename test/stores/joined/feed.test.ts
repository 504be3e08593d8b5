/** The session store's feed is mended from the accounts' own. */

import { expect, onTestFinished, test } from 'vitest'
import { unavailable } from '../../../src/errors.ts'
import { contractLifetimes } from '../../../src/stores/contract/index.ts'
import { joinStores } from '../../../src/stores/joined/open.ts'
import { openMemoryStores } from '../../../src/stores/memory/index.ts'
import type { Revocation, SessionStore } from '../../../src/stores/ports.ts'
import { readToEnd } from '../../../src/stores/read-to-end.ts'
import { openRedisStores } from '../../../src/stores/redis/open.ts'
import { hasRedis, redisIsMissing, startRedis } from '../../support/redis-server.ts'
import { type LossySessions, lossySessions } from '../../support/separate-sessions.ts'
import { untilAnswered } from '../redis/factory.ts'

const entries = 30_000
const atOnce = { waitMilliseconds: 0, signal: new AbortController().signal }
const idOf = (index: number): string =>
  `01890000-0000-7000-8000-${index.toString(16).padStart(12, '0')}`

const ended = (index: number): Revocation => ({ kind: 'session_ended', sessionId: idOf(index) })

async function accountsWithManyEndings() {
  const clock = () => Date.now()
  const accounts = await openMemoryStores({ clock, ...contractLifetimes })
  const endings = Array.from({ length: entries }, (_, index) => ({
    sessionId: idOf(index),
    accountId: idOf(0),
    reason: 'logout' as const,
  }))
  for (const ending of endings) await accounts.endedList.add(ending)
  return { accounts, clock }
}

test('a wiped feed is mended in small steps, so that its store serves others in between', async () => {
  const { accounts, clock } = await accountsWithManyEndings()
  const sessions = lossySessions({ clock, ...contractLifetimes })
  const steps: number[] = []
  const announce = async (added: readonly Revocation[]) => {
    steps.push(added.length)
    await sessions.announce(added)
  }
  const stores = joinStores(accounts, { sessions: { ...sessions, announce } })
  await readToEnd(stores.sessions.revocations, atOnce.signal)
  expect(steps.reduce((sum, one) => sum + one, 0)).toBe(entries)
  expect(Math.max(...steps)).toBeLessThanOrEqual(1000)
})

test('no read tells more than a page of each feed, and all together tell everything once', async () => {
  const { accounts, clock } = await accountsWithManyEndings()
  const sessions = lossySessions({ clock, ...contractLifetimes })
  await sessions.announce([ended(entries), ended(7)])
  const { revocations } = joinStores(accounts, { sessions }).sessions
  const all = await readOn(revocations, undefined)
  expect(all.longest).toBeLessThanOrEqual(2000)
  expect(all.told).toHaveLength(entries + 1)
  expect(new Set(all.told.map((entry) => JSON.stringify(entry))).size).toBe(entries + 1)
  // What it has announced itself comes by again, and then what is new.
  const news = [1, 2].map((more) => ended(entries + more))
  await sessions.announce(news)
  const { told } = await readOn(revocations, all.cursor)
  expect(told).toHaveLength(entries + 1)
  expect(told.slice(-2)).toEqual(news)
})

async function readOn(read: SessionStore['revocations'], from: string | undefined) {
  const told: Revocation[] = []
  let page = await read(from, atOnce)
  let longest = page.entries.length
  told.push(...page.entries)
  while (page.more) {
    // Nothing that is there already is waited for.
    page = await read(page.cursor, { ...atOnce, waitMilliseconds: 10_000 })
    longest = Math.max(longest, page.entries.length)
    told.push(...page.entries)
  }
  return { told, longest, cursor: page.cursor }
}

test('what the store of sessions loses while it is read is announced again', async () => {
  const { accounts, clock } = await accountsWithManyEndings()
  const [before, after] = [0, 1].map(() => lossySessions({ clock, ...contractLifetimes })) as [
    LossySessions,
    LossySessions,
  ]
  await before.announce(Array.from({ length: 2_500 }, (_, index) => ended(index)))
  let isLost = false
  const revocations: SessionStore['revocations'] = async (cursor, options) => {
    if (!isLost || cursor === undefined) return before.revocations(cursor, options)
    const page = await after.revocations(undefined, options)
    return { ...page, restarted: true }
  }
  const sessions = { ...before, announce: after.announce, revocations }
  const joined = joinStores(accounts, { sessions }).sessions
  const { cursor, more } = await joined.revocations(undefined, atOnce)
  expect(more).toBe(true)
  isLost = true
  await readOn(joined.revocations, cursor)
  expect((await readToEnd(after.revocations, atOnce.signal)).entries).toHaveLength(entries)
})

test('several readers are on their way at once, and one that is not known begins', async () => {
  const { accounts, clock } = await accountsWithManyEndings()
  const sessions = lossySessions({ clock, ...contractLifetimes })
  const { revocations } = joinStores(accounts, { sessions }).sessions
  const others = Array.from({ length: 12 }, () => readToEnd(revocations, atOnce.signal))
  for (const { entries: all } of await Promise.all(others)) expect(all).toHaveLength(entries)
  const [first, unknown] = [undefined, 'mending 999'].map((cursor) => revocations(cursor, atOnce))
  expect((await unknown)?.entries).toEqual((await first)?.entries)
  expect(await unknown).toMatchObject({ more: true })
})

if (!hasRedis()) redisIsMissing('a feed in Redis that is mended')

test.runIf(hasRedis())(
  'M3: a wiped feed in Redis has many endings again within its deadlines',
  async () => {
    const { accounts } = await accountsWithManyEndings()
    const redis = await startRedis()
    onTestFinished(() => redis.dispose())
    const separate = await openRedisStores({ redis: redis.url, ...contractLifetimes })
    const stores = joinStores(accounts, separate)
    onTestFinished(() => stores.close())
    await untilAnswered(() => separate.sessions.ping())
    const all = await readToEnd(stores.sessions.revocations, atOnce.signal)
    expect(all.entries).toHaveLength(entries)
    const again = await readToEnd(separate.sessions.revocations, atOnce.signal)
    expect(again.entries).toHaveLength(entries)
    // And whoever begins then has them page by page from there, and announces none twice.
    expect((await readToEnd(stores.sessions.revocations, atOnce.signal)).entries).toHaveLength(
      entries,
    )
    expect((await readToEnd(separate.sessions.revocations, atOnce.signal)).entries).toHaveLength(
      entries,
    )
  },
)

/** Joined stores whose store of sessions fails once, a reader, and what the raw feed has. */
async function failingOnce(method: 'bury' | 'announce') {
  const clock = () => Date.now()
  const accounts = await openMemoryStores({ clock, ...contractLifetimes })
  const sessions = lossySessions({ clock, ...contractLifetimes })
  let isToFail = false
  const failing = async (...args: never[]) => {
    if (isToFail) {
      isToFail = false
      throw unavailable(new Error('cut'))
    }
    await (sessions[method] as (...given: never[]) => Promise<void>)(...args)
  }
  const stores = joinStores(accounts, { sessions: { ...sessions, [method]: failing } })
  const { cursor } = await stores.sessions.revocations(undefined, atOnce)
  return {
    stores,
    failNext: () => {
      isToFail = true
    },
    readOn: () => stores.sessions.revocations(cursor, atOnce),
    raw: async () => (await sessions.revocations(undefined, atOnce)).entries,
  }
}

test.each(['bury', 'announce'] as const)(
  'I5: a log-out that broke off at %s is announced once it is repeated or read on',
  async (method) => {
    const { stores, failNext, readOn, raw } = await failingOnce(method)
    const end = () => stores.sessions.end(idOf(1), idOf(0), 'logout')
    failNext()
    await expect(end()).rejects.toMatchObject({ code: 'temporarily_unavailable' })
    expect(await end()).toBe(false)
    const told = ended(1)
    expect((await readOn()).entries).toContainEqual(told)
    expect(await raw()).toEqual([told])
  },
)

test('I5: an epoch that was raised and not announced is announced by whoever reads on', async () => {
  const { stores, failNext, readOn, raw } = await failingOnce('announce')
  const id = idOf(7)
  const names = { username: 'ada', usernameKey: 'ada', email: null, emailKey: null, name: null }
  const rest = { externalId: null, passwordHash: 'x', roles: [], scopes: [] }
  await stores.users.create({ id, ...names, ...rest })
  failNext()
  await expect(stores.users.raiseEpoch(id)).rejects.toMatchObject({ status: 503 })
  await readOn()
  expect(await raw()).toEqual([{ kind: 'account_ended', accountId: id, epoch: 1 }])
})
