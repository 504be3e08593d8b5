import { describe, expect, it } from 'vitest'
import { createRevocationSet } from '../../src/verifier/revocation-set.ts'

const period = (900 + 5 + 900) * 1000
const claims = { sid: 's1', sub: 'a1', epoch: 3 }

describe('the revocation set', () => {
  const create = () => createRevocationSet({ accessLifetimeSeconds: 900, leewaySeconds: 5 })

  it('an ended session is revoked, another is not', () => {
    const set = create()
    set.endSession('s1', 0)
    expect(set.isRevoked(claims)).toBe(true)
    expect(set.isRevoked({ ...claims, sid: 's2' })).toBe(false)
  })

  it('an ended account revokes lower epochs only', () => {
    const set = create()
    set.endAccount('a1', 3, 0)
    expect(set.isRevoked(claims)).toBe(false)
    set.endAccount('a1', 4, 0)
    expect(set.isRevoked(claims)).toBe(true)
    expect(set.isRevoked({ ...claims, epoch: 4 })).toBe(false)
  })

  it('the higher epoch stays, whatever the order', () => {
    const set = create()
    set.endAccount('a1', 5, 0)
    set.endAccount('a1', 4, 0)
    expect(set.isRevoked({ ...claims, epoch: 4 })).toBe(true)
    set.endAccount('a1', 2, period)
    expect(set.isRevoked({ ...claims, epoch: 4 })).toBe(true)
  })

  it('an entry is kept for as long as a token may live', () => {
    const set = create()
    set.endSession('s0', 0)
    set.endSession('s1', period - 1)
    set.endSession('s2', 2 * period - 2)
    expect(set.isRevoked(claims)).toBe(true)
  })

  it('is forgotten after two periods, so the set stays small', () => {
    const set = create()
    for (let at = 0; at < 100; at += 1) set.endSession(`s${at}`, at * period)
    expect(set.size()).toBe(2)
    set.endAccount('a1', 4, 1000 * period)
    expect(set.size()).toBe(1)
  })
})
