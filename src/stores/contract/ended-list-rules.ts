/**
 * Rules of the ended list.
 */

import { deepEqual, equal } from 'node:assert/strict'
import { day, minute, newAccount, policy, unknownId } from './examples.ts'
import { atOnce } from './feed-reading.ts'
import { inParallel } from './parallel.ts'
import { type OpenedStores, suiteOf } from './rule.ts'

const reason = 'logout'

/** The feed of the database that has the list. */
async function accountFeed({ stores }: OpenedStores) {
  const read = stores.accountFeed ?? stores.sessions.revocations
  return (await read(undefined, atOnce)).entries
}

async function account({ users }: OpenedStores): Promise<string> {
  const created = await users.create(newAccount(`user-${unknownId()}`))
  return typeof created === 'string' ? created : created.id
}

export const endedListRules = suiteOf('ended list', {
  'a session that is listed has ended for whoever asks about it, and for no other': async ({
    open,
  }) => {
    const opened = await open()
    const { users, endedList } = opened
    const accountId = await account(opened)
    const sessionId = unknownId()
    equal((await users.refreshAccount(accountId, sessionId))?.sessionEnded, false)
    equal(await endedList.add({ sessionId, accountId, reason }), true)
    equal((await users.refreshAccount(accountId, sessionId))?.sessionEnded, true)
    equal((await users.refreshAccount(accountId, unknownId()))?.sessionEnded, false)
    equal((await users.refreshAccount(accountId))?.sessionEnded, false)
  },

  'of many who ask at once each hears of their own account and session': async ({ open }) => {
    const { users, endedList } = await open()
    const asked = Array.from({ length: 70 }, (_, index) => ({
      ...newAccount(`user-${index}`, { roles: [`role-${index}`] }),
      sessionId: unknownId(),
      isListed: index % 3 === 0,
      isMissing: index % 10 === 7,
    }))
    for (const { sessionId, isListed, isMissing, ...account } of asked) {
      if (!isMissing) await users.create(account)
      if (isListed) await endedList.add({ sessionId, accountId: account.id, reason })
    }
    const heard = await Promise.all(
      asked.map(({ id, sessionId }) => users.refreshAccount(id, sessionId)),
    )
    deepEqual(
      heard.map((standing) => standing && [standing.roles, standing.sessionEnded]),
      asked.map(({ roles, isListed, isMissing }) => (isMissing ? undefined : [roles, isListed])),
    )
  },

  'listing it again changes nothing, and it is announced once': async ({ open }) => {
    const opened = await open()
    const ending = { sessionId: unknownId(), accountId: unknownId(), reason } as const
    equal(await opened.endedList.add(ending), true)
    equal(await opened.endedList.add({ ...ending, reason: 'remote_logout' }), false)
    const { sessionId } = ending
    deepEqual(await accountFeed(opened), [{ kind: 'session_ended', sessionId }])
  },

  'of 50 that list one session one does': async ({ open, rounds }) => {
    const opened = await open()
    const handles = await opened.handles()
    for (let round = 0; round < rounds; round += 1) {
      const ending = { sessionId: unknownId(), accountId: unknownId(), reason } as const
      const listed = await inParallel(handles, ({ endedList }) => endedList.add(ending))
      equal(listed.filter(Boolean).length, 1)
    }
  },

  'an ending stays on the list until a day after the absolute end': async ({ open }) => {
    const opened = await open()
    const { users, endedList, advance } = opened
    advance(0)
    const accountId = await account(opened)
    const sessionId = unknownId()
    await endedList.add({ sessionId, accountId, reason })
    advance(policy.absoluteLifetime + day - minute)
    await endedList.prune()
    equal((await users.refreshAccount(accountId, sessionId))?.sessionEnded, true)
    advance(2 * minute)
    await endedList.prune()
    equal((await users.refreshAccount(accountId, sessionId))?.sessionEnded, false)
  },
})
