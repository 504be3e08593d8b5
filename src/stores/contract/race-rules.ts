/**
 * Rules of parallel callers about accounts and keys. Each is tried `rounds` times.
 */

import { deepEqual, equal } from 'node:assert/strict'
import { emailOf, newAccount, unknownId } from './examples.ts'
import { inParallel, tally } from './parallel.ts'
import { suiteOf } from './rule.ts'

const wonOr = (outcome: unknown): string => (typeof outcome === 'string' ? outcome : 'won')

export const raceRules = suiteOf('parallel accounts and keys', {
  'of 50 registrations of one username one wins': async ({ open, rounds }) => {
    const handles = await (await open()).handles()
    for (let round = 0; round < rounds; round += 1) {
      const outcomes = await inParallel(handles, ({ users }) =>
        users.create(newAccount(`ada${round}`)),
      )
      deepEqual(tally(outcomes.map(wonOr)), { won: 1, username_taken: 49 })
    }
  },

  'of 50 registrations of one address one wins': async ({ open, rounds }) => {
    const handles = await (await open()).handles()
    for (let round = 0; round < rounds; round += 1) {
      const email = emailOf(`ada${round}@example.org`)
      const outcomes = await inParallel(handles, ({ users }, index) =>
        users.create(newAccount(`ada${round}-${index}`, email)),
      )
      deepEqual(tally(outcomes.map(wonOr)), { won: 1, email_taken: 49 })
    }
  },

  'of 50 accounts that take one free username one gets it': async ({ open, rounds }) => {
    const opened = await open()
    const handles = await opened.handles()
    const accounts = Array.from({ length: 50 }, (_, index) => newAccount(`user${index}`))
    for (const account of accounts) await opened.users.create(account)
    for (let round = 0; round < rounds; round += 1) {
      const username = { shown: `Ada${round}`, key: `ada${round}` }
      const outcomes = await inParallel(handles, ({ users }, index) =>
        users.update(accounts[index]?.id ?? '', { username }),
      )
      deepEqual(tally(outcomes.map(wonOr)), { won: 1, username_taken: 49 })
    }
  },

  'of 50 changes of one password one wins, and the epoch rises by one': async ({
    open,
    rounds,
  }) => {
    const opened = await open()
    const handles = await opened.handles()
    const account = newAccount('ada')
    await opened.users.create(account)
    let { passwordHash } = account
    for (let round = 1; round <= rounds; round += 1) {
      const expected = passwordHash
      const outcomes = await inParallel(handles, ({ users }, index) =>
        users.changePassword(account.id, expected, `hash ${round} ${index}`),
      )
      deepEqual(tally(outcomes.map(String)), { [round]: 1, conflict: 49 })
      const winner = outcomes.findIndex((outcome) => outcome !== 'conflict')
      passwordHash = `hash ${round} ${winner}`
      const found = await opened.users.findById(account.id)
      deepEqual([found?.passwordHash, found?.sessionEpoch], [passwordHash, round])
    }
  },

  'a rehash never undoes a password change that runs beside it': async ({ open, rounds }) => {
    const opened = await open()
    const handles = await opened.handles()
    for (let round = 0; round < rounds; round += 1) {
      const account = newAccount(`ada${round}`)
      await opened.users.create(account)
      const { id, passwordHash } = account
      const changing = round % 2 === 0 ? 0 : 10
      const outcomes = await inParallel(handles, async ({ users }, index) => {
        if (index === changing) return users.changePassword(id, passwordHash, 'changed')
        return users.rehashPassword(id, passwordHash, 'rehashed')
      })
      const found = await opened.users.findById(id)
      // Whichever was first, the other found that the hash is no longer what it expects.
      const expected = outcomes[changing] === 'conflict' ? ['rehashed', 0] : ['changed', 1]
      deepEqual([found?.passwordHash, found?.sessionEpoch], expected)
    }
  },

  '50 raises of an epoch give 50 different epochs': async ({ open, rounds }) => {
    const opened = await open()
    const handles = await opened.handles()
    for (let round = 0; round < rounds; round += 1) {
      const account = newAccount(`ada${round}`)
      await opened.users.create(account)
      const epochs = await inParallel(handles, ({ users }) => users.raiseEpoch(account.id))
      equal(new Set(epochs).size, 50)
      equal((await opened.users.findById(account.id))?.sessionEpoch, 50)
    }
  },

  'of 50 keys with one sequence one is added': async ({ open, rounds }) => {
    const opened = await open()
    const handles = await opened.handles()
    for (let sequence = 1; sequence <= rounds; sequence += 1) {
      const outcomes = await inParallel(handles, ({ keys }) =>
        keys.addKey({
          sequence,
          kid: unknownId(),
          algorithm: 'ES256',
          publicJwk: { kty: 'EC' },
          sealedPrivateJwk: 'sealed',
          createdAt: 1,
          activeAt: 1,
        }),
      )
      deepEqual(tally(outcomes), { added: 1, exists: 49 })
    }
    const listed = await opened.keys.listKeys()
    deepEqual(
      listed.map(({ sequence }) => sequence),
      Array.from({ length: rounds }, (_, index) => index + 1),
    )
  },
})
