/** The revocation set beside one of plain JavaScript sets: whatever is asked, both say the same. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { uuidV7 } from '../../src/crypto/uuid.ts'
import { createRevocationSet } from '../../src/verifier/revocation-set.ts'

const lifetimes = { accessLifetimeSeconds: 900, leewaySeconds: 5 }
const period = (900 + 5 + 900) * 1000

/** Texts that are nearly the same, or no UUIDs, or such as mark a free place. */
const fewIds = [
  '01998d2e-7c1b-7f3a-9d53-0123456789ab',
  '01998d2e-7c1b-7f3a-9d53-0123456789aB',
  '01998d2e-7c1b-7f3a-9d53-0123456789ac',
  '01998d2e-7c1b-7f3a-9d530-123456789ab',
  '01998d2e-7c1b-7f3a-9d53-0123456789a\u0161',
  '11998d2e-7c1b-7f3a-9d53-0123456789ab',
  '00000000-0000-0000-0000-000000000000',
  '00000000-0000-0000-0000-000000000001',
  '',
  's1',
  '__proto__',
]
const id = fc.oneof(fc.constantFrom(...fewIds), fc.uuid())
const step = fc.oneof(
  fc.record({ kind: fc.constant('end' as const), id }),
  fc.record({ kind: fc.constant('ask' as const), id }),
  fc.record({
    kind: fc.constant('wait' as const),
    milliseconds: fc.constantFrom(1, period - 1, period, 2 * period),
  }),
)

/** The same rule, told by two plain sets. */
function createModel() {
  let [young, old] = [new Set<string>(), new Set<string>()]
  let since = Number.NEGATIVE_INFINITY
  return {
    endSession(sessionId: string, now: number) {
      if (now - since >= period) {
        old = now - since < 2 * period ? young : new Set()
        young = new Set()
        since = now
      }
      young.add(sessionId)
    },
    isRevoked: (sessionId: string) => young.has(sessionId) || old.has(sessionId),
    size: () => young.size + old.size,
  }
}

describe('the revocation set, whatever is ended and asked', () => {
  it('says what plain sets of texts say', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
        const set = createRevocationSet(lifetimes)
        const model = createModel()
        let now = 0
        for (const one of steps) {
          if (one.kind === 'wait') now += one.milliseconds
          else if (one.kind === 'end') {
            set.endSession(one.id, now)
            model.endSession(one.id, now)
          }
          const asked = one.kind === 'wait' ? fewIds : [one.id, ...fewIds]
          for (const sid of asked) {
            expect(set.isRevoked({ sid, sub: 'a1', epoch: 0 })).toBe(model.isRevoked(sid))
          }
          expect(set.size()).toBe(model.size())
        }
      }),
      { numRuns: 300 },
    )
  })

  it('knows each of many, and nobody else', () => {
    const set = createRevocationSet(lifetimes)
    const ended = Array.from({ length: 20_000 }, () => uuidV7(0))
    const others = Array.from({ length: 20_000 }, () => uuidV7(0))
    for (const sid of [...ended, ...ended]) set.endSession(sid, 0)
    const isRevoked = (sid: string) => set.isRevoked({ sid, sub: 'a1', epoch: 0 })
    expect(ended.every(isRevoked)).toBe(true)
    expect(others.some(isRevoked)).toBe(false)
    expect(set.size()).toBe(20_000)
  })

  it('tells ids apart that differ in one digit only, as those of a counter do', () => {
    const set = createRevocationSet(lifetimes)
    const idOf = (index: number) => `01998d2f-7c1b-7f3a-9d53-${String(index).padStart(12, '0')}`
    for (let index = 0; index < 20_000; index += 2) set.endSession(idOf(index), 0)
    for (let index = 0; index < 20_000; index += 1) {
      const isEnded = set.isRevoked({ sid: idOf(index), sub: 'a1', epoch: 0 })
      if (isEnded !== (index % 2 === 0)) throw new Error(`${idOf(index)}: ${isEnded}`)
    }
    expect(set.size()).toBe(10_000)
  })
})
