/**
 * Rules of passwords and the session epoch.
 */

import { deepEqual, equal, ok } from 'node:assert/strict'
import type { UserStore } from '../ports.ts'
import { newAccount, unknownId } from './examples.ts'
import { suiteOf } from './rule.ts'

async function addAccount(users: UserStore) {
  const account = newAccount('ada')
  const created = await users.create(account)
  ok(typeof created === 'object')
  return created
}

export const passwordRules = suiteOf('passwords and epochs', {
  'a password changes only while the expected hash is there, and raises the epoch': async ({
    open,
  }) => {
    const { users } = await open()
    const { id, passwordHash } = await addAccount(users)
    equal(await users.changePassword(id, passwordHash, 'two'), 1)
    equal(await users.changePassword(id, passwordHash, 'three'), 'conflict')
    const after = await users.findById(id)
    equal(after?.passwordHash, 'two')
    equal(after?.sessionEpoch, 1)
    equal(await users.changePassword(id, 'two', 'four'), 2)
  },

  'a password change of an account that is not there is a conflict': async ({ open }) => {
    const { users } = await open()
    equal(await users.changePassword(unknownId(), 'one', 'two'), 'conflict')
  },

  'a rehash replaces the hash and leaves the epoch': async ({ open }) => {
    const { users } = await open()
    const { id, passwordHash } = await addAccount(users)
    await users.rehashPassword(id, passwordHash, 'one again')
    const after = await users.findById(id)
    equal(after?.passwordHash, 'one again')
    equal(after?.sessionEpoch, 0)
  },

  'a rehash of a password that changed meanwhile does nothing': async ({ open }) => {
    const { users } = await open()
    const { id, passwordHash } = await addAccount(users)
    await users.changePassword(id, passwordHash, 'two')
    const before = await users.findById(id)
    await users.rehashPassword(id, passwordHash, 'one again')
    deepEqual(await users.findById(id), before)
    await users.rehashPassword(unknownId(), passwordHash, 'one again')
  },

  'a raised epoch is what a refresh reads': async ({ open }) => {
    const { users } = await open()
    const { id } = await addAccount(users)
    const rights = {
      sessionEnded: false,
      status: 'active',
      roles: ['reader'],
      scopes: ['notes:read'],
    }
    deepEqual(await users.refreshAccount(id), { ...rights, sessionEpoch: 0 })
    equal(await users.raiseEpoch(id), 1)
    equal(await users.raiseEpoch(id), 2)
    deepEqual(await users.refreshAccount(id), { ...rights, sessionEpoch: 2 })
    equal((await users.findById(id))?.sessionEpoch, 2)
  },

  'the epoch of an account that is not there cannot be raised': async ({ open }) => {
    const { users } = await open()
    equal(await users.raiseEpoch(unknownId()), 'not_found')
  },
})
