/** Hashes of other systems, other options and other peppers at log-in (P2, P4, P7, P8, M26). */

import { describe, expect, test } from 'vitest'
import { createPasswordHashing, type PasswordHashing } from '../../src/crypto/password-hashing.ts'
import { AuthError } from '../../src/errors.ts'
import type { FlowContext } from '../../src/flows/context.ts'
import { unknownDevice } from '../../src/flows/context.ts'
import { login } from '../../src/flows/login.ts'
import { vectors } from '../crypto/password-formats/vectors.ts'
import { createTestAuth, password } from '../support/test-server.ts'

const vector = (name: string) => {
  const found = vectors.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no vector ${name}`)
  return found
}
const quick = { memoryKiB: 64, iterations: 1 }

/** An account whose stored hash is the one given. */
async function imported(hash: string, passwords: PasswordHashing = createPasswordHashing(quick)) {
  const { auth } = await createTestAuth()
  const context: FlowContext = { ...auth.http.core.context, passwords }
  const { user } = await auth.register({ username: 'ada', password })
  const stored = async () => (await context.users.findById(user.id))?.passwordHash ?? ''
  await context.users.rehashPassword(user.id, await stored(), hash)
  const logIn = (presented: string, other = context) =>
    login(other, { username: 'ada', password: presented }, unknownDevice)
  return { context, stored, logIn }
}

const wrong = { code: 'invalid_credentials' }

describe('an imported hash', () => {
  test.each(vectors.map((one) => [one.name, one] as const))(
    'P7: %s logs in, is made anew, and logs in again',
    async (_, { hash, password: presented }) => {
      const { context, stored, logIn } = await imported(
        hash,
        createPasswordHashing({ ...quick, memoryKiB: 128, iterations: 3 }),
      )
      await expect(logIn('something else')).rejects.toMatchObject(wrong)
      expect(await stored()).toBe(hash)
      await logIn(presented)
      expect(await stored()).toMatch(/^\$argon2id\$v=19\$m=128,t=3,p=1\$/)
      expect(context.passwords.needsRehash(await stored())).toBe(false)
      await logIn(presented)
      await expect(logIn('something else')).rejects.toMatchObject(wrong)
    },
  )

  test('P4: was made of what was typed; afterwards both forms of the password are one', async () => {
    const { hash, password: typed } = vector('bcrypt 2b, decomposed')
    const { logIn } = await imported(hash)
    await expect(logIn(typed.normalize('NFC'))).rejects.toMatchObject(wrong)
    await logIn(typed)
    await logIn(typed.normalize('NFC'))
    await logIn(typed)
  })

  test('P2: of bcrypt is compared by 72 bytes once; afterwards every byte counts', async () => {
    const { hash, password: typed } = vector('bcrypt 2b, long')
    const { logIn } = await imported(hash)
    await logIn(typed)
    await logIn(typed)
    await expect(logIn(typed.slice(0, 72))).rejects.toMatchObject(wrong)
    await expect(logIn(`${typed.slice(0, 72)} and else`)).rejects.toMatchObject(wrong)
  })

  test('P2: of a password with a NUL, which nobody can set here, goes on working', async () => {
    const { logIn, stored } = await imported(vector('bcrypt 2a').hash)
    await logIn('correct horse battery\0staple')
    expect(await stored()).toMatch(/^\$argon2id/)
    await logIn('correct horse battery\0staple')
    await expect(logIn('correct horse battery')).rejects.toMatchObject(wrong)
  })
})

describe('a change of options', () => {
  const bcrypt = createPasswordHashing({ algorithm: 'bcrypt', cost: 10 })
  const argon2 = createPasswordHashing(quick)
  const pepper = 'a pepper for tests, of more than 32 bytes'
  const peppered = createPasswordHashing({ ...quick, peppers: [pepper] })
  const changes: readonly (readonly [string, PasswordHashing, PasswordHashing])[] = [
    ['P7: from Argon2id to bcrypt', argon2, bcrypt],
    ['P7: from bcrypt to Argon2id', bcrypt, argon2],
    ['P7: to stronger parameters', argon2, createPasswordHashing({ ...quick, iterations: 2 })],
    ['P8: to a pepper', argon2, peppered],
    [
      'P8: to a newer pepper',
      peppered,
      createPasswordHashing({ ...quick, peppers: [`new ${pepper}`, pepper] }),
    ],
  ]

  test.each(changes)('%s makes the hash anew at log-in', async (_, before, after) => {
    const { stored, logIn } = await imported(await before.hash(password), after)
    const old = await stored()
    expect(after.needsRehash(old)).toBe(true)
    await logIn(password)
    expect(await stored()).not.toBe(old)
    expect(after.needsRehash(await stored())).toBe(false)
    await logIn(password)
  })

  test('P8: with the pepper gone a log-in is 503, never a wrong password', async () => {
    const { logIn } = await imported(await peppered.hash(password), argon2)
    await expect(logIn(password)).rejects.toMatchObject({ code: 'temporarily_unavailable' })
  })
})

describe('a re-hash that cannot be done', () => {
  test('H7: because too many wait does not fail the log-in, and the next one does it', async () => {
    const { context, stored, logIn } = await imported(vector('bcrypt 2b').hash)
    const full: PasswordHashing = {
      ...context.passwords,
      hash: () => Promise.reject(new AuthError('temporarily_unavailable')),
    }
    await logIn(password, { ...context, passwords: full })
    expect(await stored()).toBe(vector('bcrypt 2b').hash)
    await logIn(password)
    expect(await stored()).toMatch(/^\$argon2id/)
  })

  test('because of a mistake in the program does fail it', async () => {
    const { context, logIn } = await imported(vector('bcrypt 2b').hash)
    const broken = { ...context.passwords, hash: () => Promise.reject(new TypeError('broken')) }
    await expect(logIn(password, { ...context, passwords: broken })).rejects.toThrow('broken')
  })
})

describe('work', () => {
  /** Notes how many forms each verification was given, and which hash. */
  async function counted() {
    const { context, logIn } = await imported(await createPasswordHashing(quick).hash(password))
    const seen: { forms: number; decoy: boolean }[] = []
    const passwords: PasswordHashing = {
      ...context.passwords,
      withPlace: (work) => work(passwords),
      verify: async (forms, hash) => {
        seen.push({ forms: [forms].flat().length, decoy: hash === context.passwords.decoyHash })
        return false
      },
    }
    const watching = { ...context, passwords }
    const unknown = (presented: string) =>
      login(watching, { username: 'nobody', password: presented }, unknownDevice)
    return { seen, known: (presented: string) => logIn(presented, watching), unknown }
  }

  test.each([
    ['plain', 1],
    ['decomposed a\u0308', 2],
    ['a wide\u3000space', 2],
    ['control\u0000character', 1],
  ])('P11: for %j it is the same with and without an account', async (presented, forms) => {
    const { seen, known, unknown } = await counted()
    await expect(known(presented)).rejects.toMatchObject(wrong)
    await expect(unknown(presented)).rejects.toMatchObject(wrong)
    expect(seen).toEqual([
      { forms, decoy: false },
      { forms, decoy: true },
    ])
  })

  test.each([257, 4096, 5000])(
    'M26: for a password of %i characters nothing is hashed',
    async (length) => {
      const { seen, known, unknown } = await counted()
      await expect(known('x'.repeat(length))).rejects.toMatchObject(wrong)
      await expect(unknown('x'.repeat(length))).rejects.toMatchObject(wrong)
      expect(seen).toEqual([])
    },
  )
})
