/**
 * Rules of accounts: unique names, what is found, changes and removal.
 */

import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Account } from '../ports.ts'
import { emailOf, newAccount, unknownId } from './examples.ts'
import { suiteOf } from './rule.ts'

const nameless = { username: null, usernameKey: null }

export const userRules = suiteOf('accounts', {
  'a created account is found by id, username and e-mail address': async ({ open }) => {
    const { users, sessions } = await open()
    const given = newAccount('Ada', { ...emailOf('Ada@Example.org'), name: 'Ada L.' })
    const before = await sessions.now()
    const created = (await users.create(given)) as Account
    const { usernameKey: _username, emailKey: _email, ...shown } = given
    const { createdAt, updatedAt } = created
    deepEqual(created, {
      ...shown,
      emailVerified: false,
      status: 'active',
      sessionEpoch: 0,
      createdAt,
      updatedAt,
    })
    equal(createdAt, updatedAt)
    ok(createdAt >= before && createdAt <= (await sessions.now()), 'created by the store’s clock')
    deepEqual(await users.findById(given.id), created)
    deepEqual(await users.findByKey({ usernameKey: 'ada' }), created)
    deepEqual(await users.findByKey({ emailKey: 'ada@example.org' }), created)
  },

  'an account that is not there is not found': async ({ open }) => {
    const { users } = await open()
    await users.create(newAccount('ada', emailOf('ada@example.org')))
    equal(await users.findById(unknownId()), undefined)
    equal(await users.refreshAccount(unknownId()), undefined)
    equal(await users.findByKey({ usernameKey: 'grace' }), undefined)
    // The two kinds of names are kept apart.
    equal(await users.findByKey({ usernameKey: 'ada@example.org' }), undefined)
    equal(await users.findByKey({ emailKey: 'ada' }), undefined)
  },

  'a username whose key is taken is refused, and nothing is kept of the account': async ({
    open,
  }) => {
    const { users } = await open()
    await users.create(newAccount('ada', emailOf('ada@example.org')))
    const second = newAccount('ADA', emailOf('second@example.org'))
    equal(await users.create(second), 'username_taken')
    equal(await users.findById(second.id), undefined)
    equal(await users.findByKey({ emailKey: 'second@example.org' }), undefined)
  },

  'an e-mail address whose key is taken is refused, and nothing is kept of the account': async ({
    open,
  }) => {
    const { users } = await open()
    await users.create(newAccount('ada', emailOf('ada@example.org')))
    const second = newAccount('grace', emailOf('Ada@Example.org'))
    equal(await users.create(second), 'email_taken')
    equal(await users.findById(second.id), undefined)
    equal(await users.findByKey({ usernameKey: 'grace' }), undefined)
  },

  'with both names taken the username is named': async ({ open }) => {
    const { users } = await open()
    await users.create(newAccount('ada', emailOf('ada@example.org')))
    equal(await users.create(newAccount('ada', emailOf('ada@example.org'))), 'username_taken')
  },

  'accounts without a username or an address do not collide': async ({ open }) => {
    const { users } = await open()
    for (const address of ['a@example.org', 'b@example.org']) {
      const created = await users.create(newAccount('', { ...nameless, ...emailOf(address) }))
      ok(typeof created === 'object', `created without a username: ${created}`)
    }
    for (const username of ['ada', 'grace']) {
      const created = await users.create(newAccount(username))
      ok(typeof created === 'object', `created without an address: ${created}`)
    }
  },

  'an update changes what it names and nothing else': async ({ open }) => {
    const { users } = await open()
    const created = await users.create(newAccount('ada', emailOf('ada@example.org')))
    ok(typeof created === 'object')
    const renamed = await users.update(created.id, { username: { shown: 'Ada2', key: 'ada2' } })
    ok(typeof renamed === 'object')
    deepEqual(renamed, { ...created, username: 'Ada2', updatedAt: renamed.updatedAt })
    const named = await users.update(created.id, { name: 'Ada L.' })
    ok(typeof named === 'object')
    deepEqual(named, { ...renamed, name: 'Ada L.', updatedAt: named.updatedAt })
    const cleared = await users.update(created.id, { name: null })
    ok(typeof cleared === 'object' && cleared.name === null)
    deepEqual(await users.findById(created.id), cleared)
  },

  'a renamed account is found by its new name only, and the old one is free': async ({ open }) => {
    const { users } = await open()
    const ada = newAccount('ada')
    await users.create(ada)
    await users.update(ada.id, { username: { shown: 'Ada2', key: 'ada2' } })
    equal((await users.findByKey({ usernameKey: 'ada2' }))?.id, ada.id)
    equal(await users.findByKey({ usernameKey: 'ada' }), undefined)
    ok(typeof (await users.create(newAccount('ada'))) === 'object')
    equal(await users.create(newAccount('ada2')), 'username_taken')
  },

  'an update to a taken username changes nothing; to its own in another form it does': async ({
    open,
  }) => {
    const { users } = await open()
    const ada = newAccount('ada')
    const created = await users.create(ada)
    await users.create(newAccount('grace'))
    const taken = { username: { shown: 'Grace', key: 'grace' }, name: 'Somebody' }
    equal(await users.update(ada.id, taken), 'username_taken')
    deepEqual(await users.findById(ada.id), created)
    const own = await users.update(ada.id, { username: { shown: 'ADA', key: 'ada' } })
    ok(typeof own === 'object' && own.username === 'ADA')
  },

  'an update of an account that is not there says so': async ({ open }) => {
    const { users } = await open()
    equal(await users.update(unknownId(), { name: 'Nobody' }), 'not_found')
  },

  'a deleted account is gone, its names are free, and deleting again is no error': async ({
    open,
  }) => {
    const { users } = await open()
    const ada = newAccount('ada', emailOf('ada@example.org'))
    await users.create(ada)
    await users.delete(ada.id)
    await users.delete(ada.id)
    equal(await users.findById(ada.id), undefined)
    equal(await users.findByKey({ usernameKey: 'ada' }), undefined)
    equal(await users.refreshAccount(ada.id), undefined)
    const again = await users.create(newAccount('ada', emailOf('ada@example.org')))
    ok(typeof again === 'object' && again.id !== ada.id)
  },

  'what a caller does to a record it gave or got does not reach the store': async ({ open }) => {
    const { users } = await open()
    const roles = ['reader']
    const ada = newAccount('ada', { roles })
    await users.create(ada)
    roles.push('admin')
    const found = await users.findById(ada.id)
    const foundRoles = (found?.roles ?? []) as string[]
    try {
      foundRoles.push('admin')
    } catch {
      // Frozen is as good as copied.
    }
    deepEqual((await users.findById(ada.id))?.roles, ['reader'])
    deepEqual((await users.refreshAccount(ada.id))?.roles, ['reader'])
  },
})
