/**
 * Rules of external ids: what the application's own store calls an account that came from there.
 */

import { deepEqual, equal, ok } from 'node:assert/strict'
import { newAccount, unknownId } from './examples.ts'
import { inParallel, tally } from './parallel.ts'
import { suiteOf } from './rule.ts'

const outcomeOf = (outcome: unknown): string => (typeof outcome === 'string' ? outcome : 'made')

export const externalIdRules = suiteOf('external ids', {
  'an account is found by its external id, compared exactly': async ({ open }) => {
    const { users } = await open()
    const created = await users.create(newAccount('ada', { externalId: '66f0c1aB' }))
    ok(typeof created === 'object' && created.externalId === '66f0c1aB')
    deepEqual(await users.findExternal('66f0c1aB'), created)
    equal(await users.findExternal('66F0C1AB'), undefined)
    equal(await users.findExternal(created.id), undefined)
  },

  'accounts without an external id do not collide': async ({ open }) => {
    const { users } = await open()
    for (const username of ['ada', 'grace']) {
      const created = await users.create(newAccount(username))
      ok(typeof created === 'object' && created.externalId === null)
    }
  },

  'a taken external id is told before a taken name, and nothing is kept': async ({ open }) => {
    const { users } = await open()
    await users.create(newAccount('ada', { externalId: 'e1' }))
    equal(await users.create(newAccount('ada', { externalId: 'e1' })), 'external_id_taken')
    const second = newAccount('grace', { externalId: 'e1' })
    equal(await users.create(second), 'external_id_taken')
    equal(await users.findById(second.id), undefined)
    equal(await users.findByKey({ usernameKey: 'grace' }), undefined)
  },

  'an account that a taken name refused leaves its external id free': async ({ open }) => {
    const { users } = await open()
    await users.create(newAccount('ada'))
    equal(await users.create(newAccount('ada', { externalId: 'e1' })), 'username_taken')
    equal(await users.findExternal('e1'), undefined)
    ok(typeof (await users.create(newAccount('grace', { externalId: 'e1' }))) === 'object')
  },

  'R14: the external id of a deleted account is never given again': async ({ open }) => {
    const { users } = await open()
    const ada = newAccount('ada', { externalId: 'e1' })
    await users.create(ada)
    await users.delete(ada.id)
    await users.delete(ada.id)
    equal(await users.findExternal('e1'), 'deleted')
    equal(await users.create(newAccount('ada', { externalId: 'e1' })), 'external_id_taken')
    equal(await users.findByKey({ usernameKey: 'ada' }), undefined)
  },

  'a changed account keeps its external id': async ({ open }) => {
    const { users } = await open()
    const ada = newAccount('ada', { externalId: 'e1' })
    await users.create(ada)
    await users.update(ada.id, { name: 'Ada L.' })
    await users.setStatus(ada.id, 'disabled')
    await users.changePassword(ada.id, ada.passwordHash, '$argon2id$two')
    const found = await users.findExternal('e1')
    ok(typeof found === 'object' && found.id === ada.id)
    deepEqual(found, await users.findById(ada.id))
  },

  'of 50 accounts with one external id one is made': async ({ open, rounds }) => {
    const handles = await (await open()).handles()
    for (let round = 0; round < rounds; round += 1) {
      const outcomes = await inParallel(handles, ({ users }, index) =>
        users.create(newAccount(`ada${round}-${index}`, { externalId: `e${round}` })),
      )
      deepEqual(tally(outcomes.map(outcomeOf)), { made: 1, external_id_taken: 49 })
    }
  },

  'an external id that nobody had is not found': async ({ open }) => {
    const { users } = await open()
    equal(await users.findExternal(unknownId()), undefined)
  },
})
