/**
 * Makes every rule of the store contract a test of its own.
 */

import { describe, expect, test } from 'vitest'
import {
  runContractRule,
  type StoreFactory,
  storeContract,
} from '../../../src/stores/contract/index.ts'

/** Rounds of every concurrent rule, each with fifty callers. */
const usualRounds = 200

/**
 * @param leavesOut titles of the rules that cannot be tried on this store; all others that apply to
 * where its sessions live must pass.
 */
export function contractTests(
  name: string,
  factory: StoreFactory,
  leavesOut: readonly string[] = [],
  sessions: 'beside' | 'apart' = 'beside',
  rounds = usualRounds,
): void {
  describe(`I7: the store contract in ${name}`, () => {
    for (const rule of storeContract) {
      const isLeftOut = leavesOut.includes(rule.title) || (rule.sessions ?? sessions) !== sessions
      test(`${rule.suite}: ${isLeftOut ? 'leaves out: ' : ''}${rule.title}`, async () => {
        const { outcome, error } = await runContractRule(rule, factory, { rounds })
        if (outcome === 'failed') throw error
        expect(outcome).toBe(isLeftOut ? 'left_out' : 'passed')
      })
    }
  })
}

/** In place of the tests where the store is not installed: a file without any would be a failure. */
export function contractLeftOut(name: string): void {
  describe.skip(`the store contract in ${name}`, () => {
    test('is left out', () => undefined)
  })
}
