/** What a guarded request costs once its token was verified: no store, no signature, no promise. */

import crypto from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Auth } from '../../src/auth.ts'
import { openSqliteStores } from '../../src/stores/sqlite/open.ts'
import { createTestAuth, password, serveNode } from '../support/test-server.ts'

const day = 86_400_000

/** The revocation feed is followed all the time, whether or not requests come. */
const background = new Set<string | symbol>(['revocations', 'prune'])

interface Counted {
  readonly auth: Auth
  readonly accessToken: string
  /** Store calls so far, by name. */
  readonly calls: string[]
}

async function createCounted(): Promise<Counted> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-holds-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const stores = await openSqliteStores({
    path: join(folder, 'countersign.db'),
    clock: () => Date.now(),
    accessLifetime: 900_000,
    inactivityTimeout: 7 * day,
    absoluteLifetime: 30 * day,
  })
  const calls: string[] = []
  const counting = <Store extends object>(store: Store): Store =>
    new Proxy(
      { ...store },
      {
        get(target, name, receiver) {
          const member = Reflect.get(target, name, receiver)
          if (typeof member !== 'function' || background.has(name)) return member
          return (...values: unknown[]) => {
            calls.push(String(name))
            return member.apply(target, values)
          }
        },
      },
    )
  const { users, sessions, keys } = stores
  const { auth } = await createTestAuth({
    stores: {
      ...stores,
      users: counting(users),
      sessions: counting(sessions),
      keys: counting(keys),
    },
  })
  await auth.register({ username: 'ada', password })
  const { session } = await auth.login({ username: 'ada', password })
  return { auth, accessToken: session.accessToken, calls }
}

/** Node's own function, which goes on as before. */
function watchSignatures() {
  const verifySignature = vi.spyOn(crypto, 'verify')
  syncBuiltinESMExports()
  onTestFinished(() => {
    verifySignature.mockRestore()
    syncBuiltinESMExports()
  })
  return verifySignature
}

test('a token is checked against its signature once and never against a store', async () => {
  const { auth, accessToken, calls } = await createCounted()
  expect(calls).toContain('create')
  calls.length = 0
  const verifySignature = watchSignatures()

  const claims = await auth.verify(accessToken)
  expect(verifySignature).toHaveBeenCalledTimes(1)

  const repeats = Array.from({ length: 1000 }, () => auth.verify(accessToken))
  expect(repeats.every((repeat) => repeat === claims)).toBe(true)
  expect(verifySignature).toHaveBeenCalledTimes(1)
  expect(calls).toEqual([])
})

test('a guarded request with a token verified before asks no store and checks no signature', async () => {
  const { auth, accessToken, calls } = await createCounted()
  const url = await serveNode(auth)
  await auth.verify(accessToken)
  calls.length = 0
  const verifySignature = watchSignatures()
  for (let count = 0; count < 100; count += 1) {
    const response = await fetch(url, { headers: { Authorization: `Bearer ${accessToken}` } })
    expect(response.status).toBe(200)
    await response.arrayBuffer()
  }
  expect(verifySignature).not.toHaveBeenCalled()
  expect(calls).toEqual([])
})

test('the count is true: a guard with `fresh` asks the stores for every request', async () => {
  const { auth, accessToken, calls } = await createCounted()
  await auth.http.core.verifier.verifyFresh(accessToken)
  calls.length = 0
  await auth.http.core.verifier.verifyFresh(accessToken)
  expect(calls.toSorted()).toEqual(['find', 'refreshAccount'])
})
