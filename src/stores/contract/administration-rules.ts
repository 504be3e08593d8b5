/**
 * Rules of administration: status, rights, and listing accounts.
 */

import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Account, Revocation, UserStore } from '../ports.ts'
import { minute, newAccount, unknownId } from './examples.ts'
import { everything } from './feed-reading.ts'
import { inParallel, tally } from './parallel.ts'
import { suiteOf } from './rule.ts'

async function addAccount(users: UserStore, username = 'ada'): Promise<Account> {
  const created = await users.create(newAccount(username))
  ok(typeof created === 'object')
  return created
}

const changed = ({ id, updatedAt }: Account): Revocation => ({
  kind: 'account_changed',
  accountId: id,
  changedAt: updatedAt,
})

export const administrationRules = suiteOf('administration', {
  'raising the epoch, a new password and deletion announce the end in their own step': async ({
    open,
  }) => {
    const { users, sessions } = await open()
    const { id: accountId, passwordHash } = await addAccount(users)
    equal(await users.raiseEpoch(accountId), 1)
    equal(await users.changePassword(accountId, 'another', 'new'), 'conflict')
    equal(await users.changePassword(accountId, passwordHash, 'new'), 2)
    await users.delete(accountId)
    await users.delete(accountId)
    equal(await users.raiseEpoch(accountId), 'not_found')
    const ends = [1, 2, 3].map((epoch) => ({ kind: 'account_ended', accountId, epoch }))
    deepEqual(await everything(sessions), ends)
  },

  'disabling raises the epoch and is announced, all in one step': async ({ open }) => {
    const { users, sessions } = await open()
    const created = await addAccount(users)
    const change = await users.setStatus(created.id, 'disabled')
    ok(change !== 'not_found')
    const { updatedAt } = change.account
    const disabled = { ...created, status: 'disabled' as const, sessionEpoch: 1, updatedAt }
    deepEqual(change, { account: disabled, previous: 'active' })
    deepEqual(await users.findById(created.id), disabled)
    const { status, sessionEpoch, roles, scopes } = disabled
    const sessionEnded = false
    const standing = { status, sessionEpoch, roles, scopes, sessionEnded }
    deepEqual(await users.refreshAccount(created.id), standing)
    deepEqual(await everything(sessions), [changed(disabled)])
  },

  'enabling leaves the epoch, and is announced': async ({ open }) => {
    const { users, sessions } = await open()
    const { id } = await addAccount(users)
    await users.setStatus(id, 'disabled')
    const change = await users.setStatus(id, 'active')
    ok(change !== 'not_found')
    equal(change.previous, 'disabled')
    deepEqual([change.account.status, change.account.sessionEpoch], ['active', 1])
    deepEqual((await everything(sessions)).at(-1), changed(change.account))
  },

  'a status that the account has already changes and announces nothing': async ({ open }) => {
    const { users, sessions } = await open()
    const created = await addAccount(users)
    deepEqual(await users.setStatus(created.id, 'active'), { account: created, previous: 'active' })
    deepEqual(await everything(sessions), [])
    await users.setStatus(created.id, 'disabled')
    const again = await users.setStatus(created.id, 'disabled')
    ok(again !== 'not_found')
    deepEqual([again.previous, again.account.sessionEpoch], ['disabled', 1])
    equal((await everything(sessions)).length, 1)
  },

  'rights that are given replace the old ones, and the others stay': async ({ open }) => {
    const { users, sessions } = await open()
    const created = await addAccount(users)
    const promoted = await users.setRights(created.id, { roles: ['admin', 'reader'] })
    ok(promoted !== 'not_found')
    const { updatedAt } = promoted
    deepEqual(promoted, { ...created, roles: ['admin', 'reader'], updatedAt })
    const narrowed = await users.setRights(created.id, { scopes: [] })
    ok(narrowed !== 'not_found')
    deepEqual(narrowed, { ...promoted, scopes: [], updatedAt: narrowed.updatedAt })
    deepEqual(await users.findById(created.id), narrowed)
    deepEqual((await users.refreshAccount(created.id))?.roles, ['admin', 'reader'])
    deepEqual(await everything(sessions), [changed(promoted), changed(narrowed)])
  },

  'a change is announced with the time of the store’s clock': async ({ open }) => {
    const { users, sessions, advance } = await open()
    const { id } = await addAccount(users)
    advance(minute)
    await users.setRights(id, { roles: [] })
    const changedAt = await sessions.now()
    deepEqual(await everything(sessions), [{ kind: 'account_changed', accountId: id, changedAt }])
  },

  'an account that is not there has no status and no rights, and nothing is announced': async ({
    open,
  }) => {
    const { users, sessions } = await open()
    equal(await users.setStatus(unknownId(), 'disabled'), 'not_found')
    equal(await users.setRights(unknownId(), { roles: ['admin'] }), 'not_found')
    deepEqual(await everything(sessions), [])
  },

  'accounts are listed page by page in the order of their ids': async ({ open }) => {
    const { users } = await open()
    deepEqual(await users.list({ limit: 2 }), [])
    const all: Account[] = []
    for (const username of ['c', 'a', 'e', 'b', 'd']) all.push(await addAccount(users, username))
    all.sort((a, b) => (a.id < b.id ? -1 : 1))
    deepEqual(await users.list({ limit: 2 }), all.slice(0, 2))
    const after = all[1]?.id ?? ''
    deepEqual(await users.list({ after, limit: 2 }), all.slice(2, 4))
    deepEqual(await users.list({ after, limit: 50 }), all.slice(2))
    await users.delete(after)
    deepEqual(await users.list({ after, limit: 50 }), all.slice(2))
    deepEqual(await users.list({ after: all[4]?.id ?? '', limit: 2 }), [])
  },

  'of 50 who disable one account one does, and the epoch rises by one': async ({
    open,
    rounds,
  }) => {
    const opened = await open()
    const handles = await opened.handles()
    for (let round = 0; round < rounds; round += 1) {
      const { id } = await addAccount(opened.users, `ada${round}`)
      const outcomes = await inParallel(handles, ({ users }) => users.setStatus(id, 'disabled'))
      const previous = outcomes.map((change) => (change === 'not_found' ? change : change.previous))
      deepEqual(tally(previous), { active: 1, disabled: 49 })
      equal((await opened.users.findById(id))?.sessionEpoch, 1)
    }
  },

  'roles and scopes that are set at once do not undo each other': async ({ open, rounds }) => {
    const opened = await open()
    const handles = await opened.handles()
    for (let round = 0; round < rounds; round += 1) {
      const { id } = await addAccount(opened.users, `ada${round}`)
      await inParallel(handles, ({ users }, index) =>
        users.setRights(id, index % 2 === 0 ? { roles: ['admin'] } : { scopes: ['notes:write'] }),
      )
      const found = await opened.users.findById(id)
      deepEqual([found?.roles, found?.scopes], [['admin'], ['notes:write']])
    }
  },
})
