/** What an application made by a tutorial has: HS256 tokens of one secret, and users with bcrypt hashes. */

import { createHmac } from 'node:crypto'
import { hash } from '@node-rs/bcrypt'
import type { LegacyUser } from '../../src/flows/legacy-users.ts'

export const oldSecret = 'the secret that the tutorial put into its .env file'
export const oldPassword = 'hunter2 of old'

/** Signs as `jsonwebtoken` does: typ JWT, no kid. */
export function signOld(
  claims: object | string,
  { header = { alg: 'HS256', typ: 'JWT' } as object, secret = oldSecret, digest = 'sha256' } = {},
): string {
  const encode = (part: object | string): string =>
    Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')
  const signed = `${encode(header)}.${encode(claims)}`
  return `${signed}.${createHmac(digest, secret).update(signed).digest('base64url')}`
}

export interface OldUser extends LegacyUser {
  readonly id: string
}

export interface OldStore {
  readonly users: OldUser[]
  /** What `find` was asked for. */
  readonly asked: string[]
  /** What it does instead of finding, when it is to fail. */
  failure: (() => Promise<never>) | undefined
  readonly find: (identifier: string) => Promise<LegacyUser | undefined>
}

/** Bcrypt at the cost of most tutorials would slow the tests down; 6 is 16 times faster than 10. */
export const oldHash = (password = oldPassword, cost = 6): Promise<string> => hash(password, cost)

export function createOldStore(users: readonly OldUser[] = []): OldStore {
  const store: OldStore = {
    users: [...users],
    asked: [],
    failure: undefined,
    async find(identifier) {
      store.asked.push(identifier)
      if (store.failure !== undefined) return store.failure()
      return store.users.find(
        ({ username, email }) =>
          username?.toLowerCase() === identifier.toLowerCase() ||
          email?.toLowerCase() === identifier.toLowerCase(),
      )
    },
  }
  return store
}
