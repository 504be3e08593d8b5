import { describe, expect, it } from 'vitest'
import type { AccessClaims } from '../../src/tokens/claims.ts'
import { createVerifier, type VerifierOptions } from '../../src/verifier/verifier.ts'
import { codeOf, createForge, leewaySeconds, start, subject } from '../tokens/token-kit.ts'

const forge = await createForge('ES256')
const { roles, scopes } = subject
const account = { status: 'active', sessionEpoch: 3, roles, scopes } as const

/** As with WebCrypto, where a signature is checked in another thread. */
const elsewhere: VerifierOptions['verification'] = async (token, now) => forge.verify(token, now)

async function setUp(changes: Partial<VerifierOptions> = {}) {
  const world = { now: start, staleness: 0, verifications: 0, asked: 0, store: true as unknown }
  const verifier = createVerifier({
    now: () => world.now,
    leewaySeconds,
    accessLifetimeSeconds: 900,
    stalenessMilliseconds: () => world.staleness,
    maxStalenessMilliseconds: 5000,
    whenStale: 'check-store',
    async checkStore() {
      world.asked += 1
      if (world.store instanceof Error) throw world.store
      return world.store === true ? account : undefined
    },
    ...changes,
    verification: (token, now) => {
      world.verifications += 1
      return (changes.verification ?? forge.verify)(token, now)
    },
  })
  return { world, verifier, token: await forge.sign() }
}

describe('verifying access tokens', () => {
  it('a repeat is answered at once, without a signature or the store', async () => {
    const { world, verifier, token } = await setUp()
    const claims = await verifier.verify(token)
    expect(verifier.verify(token)).toBe(claims)
    expect([world.verifications, world.asked]).toEqual([1, 0])
  })

  it('a repeat is refused once the token has expired', async () => {
    const { world, verifier, token } = await setUp()
    await verifier.verify(token)
    world.now += 905_000
    expect(await codeOf(() => verifier.verify(token))).toBe('token_expired')
  })

  it('J20: a known signature under other claims is refused', async () => {
    const { verifier, token } = await setUp()
    await verifier.verify(token)
    const [header, , signature] = token.split('.')
    const [, other] = (await forge.sign({ sub: 'other' })).split('.')
    expect(await codeOf(() => verifier.verify(`${header}.${other}.${signature}`))).toBe(
      'invalid_token',
    )
  })

  it('K2: what was verified is forgotten when a key has gone', async () => {
    const { world, verifier, token } = await setUp({ verification: elsewhere })
    await verifier.verify(token)
    verifier.forgetVerified()
    await verifier.verify(token)
    expect(world.verifications).toBe(2)
    // Told while a signature is checked, it does not keep that answer either.
    verifier.forgetVerified()
    const verifying = verifier.verify(token)
    verifier.forgetVerified()
    await verifying
    await verifier.verify(token)
    expect(world.verifications).toBe(4)
  })

  it('R9: an ended session is refused at once, known token or not', async () => {
    const { verifier, token } = await setUp()
    await verifier.verify(token)
    verifier.revocations.endSession(subject.sid, start)
    expect(() => verifier.verify(token)).toThrow('session has ended')
    const another = await forge.sign({ epoch: 9 })
    expect(await codeOf(() => verifier.verify(another))).toBe('session_ended')
  })

  it('R9: a raised epoch ends older tokens and no newer one', async () => {
    const { verifier, token } = await setUp()
    verifier.revocations.endAccount(subject.sub, 4, start)
    expect(await codeOf(() => verifier.verify(token))).toBe('session_ended')
    expect(await codeOf(async () => verifier.verify(await forge.sign({ epoch: 4 })))).toBe('none')
  })

  it('a session that ends while its token is verified is refused', async () => {
    const { verifier, token } = await setUp({ verification: elsewhere })
    const verifying = verifier.verify(token)
    verifier.revocations.endSession(subject.sid, start)
    expect(await codeOf(() => verifying)).toBe('session_ended')
  })

  it('a session that ends while the store is asked is refused', async () => {
    const { world, verifier, token } = await setUp({
      async checkStore() {
        verifier.revocations.endSession(subject.sid, start)
        return account
      },
    })
    world.staleness = 5001
    expect(await codeOf(() => verifier.verify(token))).toBe('session_ended')
    const fresh = await setUp({
      async checkStore() {
        fresh.verifier.revocations.endSession(subject.sid, start)
        return account
      },
    })
    expect(await codeOf(() => fresh.verifier.verifyFresh(fresh.token))).toBe('session_ended')
  })
})

describe('a stale feed', () => {
  const stale = async (changes: Partial<VerifierOptions>, known: boolean) => {
    const made = await setUp(changes)
    if (known) await made.verifier.verify(made.token)
    made.world.staleness = 5001
    return made
  }

  it.each([true, false])('check-store asks the store for each token (known: %s)', async (known) => {
    const { world, verifier, token } = await stale({ whenStale: 'check-store' }, known)
    expect(await verifier.verify(token)).toMatchObject({ sub: subject.sub })
    expect(world.asked).toBe(1)
    world.store = false
    expect(await codeOf(() => verifier.verify(token))).toBe('session_ended')
  })

  it.each([true, false])(
    'check-store accepts until exp when that fails (known: %s)',
    async (known) => {
      const { world, verifier, token } = await stale({ whenStale: 'check-store' }, known)
      world.store = new Error('down')
      expect(await codeOf(() => verifier.verify(token))).toBe('none')
      world.now += 905_000
      expect(await codeOf(() => verifier.verify(token))).toBe('token_expired')
    },
  )

  it('a store that failed is asked again after a second, not for each request', async () => {
    const { world, verifier, token } = await stale({}, true)
    world.store = new Error('down')
    for (let request = 0; request < 100; request += 1) await verifier.verify(token)
    expect(world.asked).toBe(1)
    world.store = false
    world.now += 1000
    expect(await codeOf(() => verifier.verify(token))).toBe('session_ended')
  })

  it.each([true, false])('Z2: reject is an outage, never a log-out (known: %s)', async (known) => {
    const { verifier, token } = await stale({ whenStale: 'reject' }, known)
    expect(await codeOf(() => verifier.verify(token))).toBe('temporarily_unavailable')
  })

  it.each([true, false])('accept goes by what is known (known: %s)', async (known) => {
    const { world, verifier, token } = await stale({ whenStale: 'accept' }, known)
    expect(await codeOf(() => verifier.verify(token))).toBe('none')
    verifier.revocations.endSession(subject.sid, start)
    expect(await codeOf(() => verifier.verify(token))).toBe('session_ended')
    expect(world.asked).toBe(0)
  })

  it('the allowed staleness itself is not too much', async () => {
    const { world, verifier, token } = await stale({ whenStale: 'reject' }, true)
    world.staleness = 5000
    expect((verifier.verify(token) as AccessClaims).sub).toBe(subject.sub)
  })
})

describe('verifying afresh', () => {
  it('always asks the store', async () => {
    const { world, verifier, token } = await setUp()
    await verifier.verifyFresh(token)
    await verifier.verifyFresh(token)
    expect([world.verifications, world.asked]).toEqual([1, 2])
    world.store = false
    expect(await codeOf(() => verifier.verifyFresh(token))).toBe('session_ended')
  })

  it('Z2: an outage is never a log-out', async () => {
    const { world, verifier, token } = await setUp()
    world.store = new Error('down')
    expect(await codeOf(() => verifier.verifyFresh(token))).toBe('temporarily_unavailable')
  })

  it('a bad token does not reach the store', async () => {
    const { world, verifier } = await setUp()
    expect(await codeOf(() => verifier.verifyFresh('a.b.c'))).toBe('invalid_token')
    expect(world.asked).toBe(0)
  })
})
