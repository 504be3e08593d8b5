/** What a guard makes of a token whose account has changed since it was issued. */

import { describe, expect, it } from 'vitest'
import type { RefreshAccount } from '../../src/stores/ports.ts'
import type { AccessClaims } from '../../src/tokens/claims.ts'
import { createAccountChanges } from '../../src/verifier/account-changes.ts'
import { createVerifier, type VerifierOptions } from '../../src/verifier/verifier.ts'
import {
  codeOf,
  createForge,
  leewaySeconds,
  lifetimeSeconds,
  start,
  subject,
} from '../tokens/token-kit.ts'

const forge = await createForge('ES256')
const { sub, sid } = subject
const reader: RefreshAccount = {
  status: 'active',
  sessionEpoch: 3,
  roles: ['reader'],
  scopes: ['read'],
}

async function setUp(changes: Partial<VerifierOptions> = {}) {
  const world = {
    now: start,
    staleness: 0,
    reads: 0,
    account: reader as RefreshAccount | undefined | Error,
  }
  const readAccount = async () => {
    world.reads += 1
    await undefined
    if (world.account instanceof Error) throw world.account
    return world.account
  }
  const verifier = createVerifier({
    verification: forge.verify,
    now: () => world.now,
    leewaySeconds,
    accessLifetimeSeconds: lifetimeSeconds,
    stalenessMilliseconds: () => world.staleness,
    maxStalenessMilliseconds: 5000,
    whenStale: 'check-store',
    checkStore: readAccount,
    readAccount,
    ...changes,
  })
  const token = await forge.sign()
  await verifier.verify(token)
  const change = (at = world.now) => verifier.accountChanges.note(sub, at, world.now)
  return { world, verifier, token, change }
}

describe('a token from before a change', () => {
  it('gets the present roles and scopes, read once, and then at once', async () => {
    const { world, verifier, token, change } = await setUp()
    change()
    const [first, second] = await Promise.all([verifier.verify(token), verifier.verify(token)])
    expect(first).toMatchObject({ sub, sid, roles: ['reader'], scope: 'read' })
    expect(second).toEqual(first)
    expect(Object.isFrozen(first) && Object.isFrozen(first.roles)).toBe(true)
    expect((verifier.verify(token) as AccessClaims).roles).toEqual(['reader'])
    expect(await verifier.verify(await forge.sign({ sid: 'another' }))).toMatchObject({
      sid: 'another',
      roles: ['reader'],
    })
    expect(world.reads).toBe(1)
  })

  it('is read again after the next change, and after a change during the read', async () => {
    const { world, verifier, token, change } = await setUp()
    change()
    await verifier.verify(token)
    world.account = { ...reader, roles: ['editor'] }
    change()
    const reading = verifier.verify(token)
    world.account = { ...reader, roles: ['owner'] }
    change()
    expect((await reading).roles).toEqual(['owner'])
    expect(world.reads).toBe(3)
  })

  it.each([
    ['gone', undefined],
    ['disabled', { ...reader, status: 'disabled' as const }],
    ['logged out everywhere', { ...reader, sessionEpoch: 4 }],
  ])('has ended when its account is %s', async (_title, account) => {
    const { world, verifier, token, change } = await setUp()
    world.account = account
    change()
    for (let request = 0; request < 3; request += 1) {
      expect(await codeOf(() => verifier.verify(token))).toBe('session_ended')
    }
    expect(world.reads).toBe(1)
    world.account = reader
    change()
    expect(await codeOf(() => verifier.verify(token))).toBe('none')
  })

  it('is an outage while the store cannot answer, never stale rights', async () => {
    const { world, verifier, token, change } = await setUp()
    world.account = new Error('down')
    change()
    expect(await codeOf(() => verifier.verify(token))).toBe('temporarily_unavailable')
    expect(await codeOf(() => verifier.verify(token))).toBe('temporarily_unavailable')
    world.account = reader
    expect((await verifier.verify(token)).roles).toEqual(['reader'])
  })

  it('is refused when its session ends during the read', async () => {
    const { world, verifier, token, change } = await setUp()
    change()
    const reading = verifier.verify(token)
    verifier.revocations.endSession(sid, world.now)
    expect(await codeOf(() => reading)).toBe('session_ended')
  })

  it('is outdated where there is no account store, and a later one is not', async () => {
    const { world, verifier, token } = await setUp({ readAccount: undefined as never })
    verifier.accountChanges.note(sub, start + 999, start)
    expect(await codeOf(() => verifier.verify(token))).toBe('token_outdated')
    world.now = start + 1000
    const later = await forge.sign({}, world.now)
    expect(await codeOf(() => verifier.verify(later))).toBe('none')
  })

  it.each(['accept', 'check-store'] as const)(
    'gets present rights also when the feed is stale: %s',
    async (whenStale) => {
      const { world, verifier, token, change } = await setUp({ whenStale })
      change()
      world.staleness = 5001
      expect((await verifier.verify(token)).roles).toEqual(['reader'])
    },
  )
})

describe('present rights', () => {
  it('are known of a stale feed’s tokens and of fresh ones, without an announcement', async () => {
    const { world, verifier, token } = await setUp()
    expect((await verifier.verifyFresh(token)).roles).toEqual(['reader'])
    world.staleness = 5001
    expect((await verifier.verify(token)).scope).toBe('read')
  })

  it('cost nothing while no account, or another one, has changed', async () => {
    const { world, verifier, token } = await setUp()
    const claims = verifier.verify(token)
    verifier.accountChanges.note('another', start, start)
    expect(verifier.verify(token)).toBe(claims)
    expect(world.reads).toBe(0)
  })

  it('are asked for within the second of the change and the leeway, and not after', async () => {
    const { world, verifier, change } = await setUp()
    change(start + 1)
    world.now = start + 10_000
    const issuedAt = async (seconds: number) =>
      (await verifier.verify(await forge.sign({}, start + seconds * 1000))).roles
    expect(await issuedAt(0)).toEqual(['reader'])
    expect(await issuedAt(leewaySeconds)).toEqual(['reader'])
    expect(await issuedAt(leewaySeconds + 1)).toEqual(subject.roles)
  })
})

describe('the list of changed accounts', () => {
  it('keeps one entry an account, for as long as a token may live', () => {
    const changes = createAccountChanges({ accessLifetimeSeconds: 900, leewaySeconds: 5 })
    const kept = (900 + 5 + 900) * 1000
    changes.note('a', 0, 0)
    changes.note('b', 1, 1)
    changes.note('a', 2, 2)
    expect(changes.size()).toBe(2)
    changes.note('c', kept, kept)
    expect(changes.size()).toBe(3)
    changes.note('c', kept + 1, kept + 1)
    expect(changes.size()).toBe(2)
  })

  it('goes by the later of two changes, whatever the order', async () => {
    const { verifier, world } = await setUp()
    verifier.accountChanges.note(sub, start + 60_000, start)
    verifier.accountChanges.note(sub, start, start)
    world.now = start + 60_000
    const token = await forge.sign({}, world.now)
    expect((await verifier.verify(token)).roles).toEqual(['reader'])
  })
})
