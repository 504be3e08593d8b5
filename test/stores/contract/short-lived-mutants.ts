/**
 * The mistakes with one-time tokens and counters of failures that the contract must notice.
 */

import { type Mutant, torn } from './mutants.ts'

const tokens = 'stores/memory/one-time-tokens.ts'
const attempts = 'stores/memory/attempts.ts'
const take = 'stores/take-attempt.ts'

export const shortLivedMutants: Readonly<Record<string, Mutant>> = {
  'a consumption that pauses between looking and removing': torn(
    tokens,
    `steps.run(() => {
        const token = tokens.get(keyOf(tokenHash))
        if (token?.purpose !== purpose) return undefined`,
    'return undefined',
    ['one-time tokens'],
  ),
  'a one-time token that leaves the earlier ones': {
    file: tokens,
    from: 'removeThose((one) => one.accountId === accountId && one.purpose === purpose)',
    to: '',
    suites: ['one-time tokens'],
  },
  'a one-time token that another purpose uses up': {
    file: tokens,
    from: 'if (token?.purpose !== purpose) return undefined\n        tokens.delete(keyOf(tokenHash))',
    to: 'tokens.delete(keyOf(tokenHash))\n        if (token?.purpose !== purpose) return undefined',
    suites: ['one-time tokens'],
  },
  'an attempt that is taken with a pause between looking and counting': torn(
    attempts,
    `steps.run(() => {
        const { step, next } = takeAttempt(counters.get(key), rule, clock())`,
    'takeAttempt(counters.get(key), rule, clock())',
    ['attempts'],
  ),
  'an attempt that is refused and counted all the same': {
    file: take,
    from: 'next: undefined }',
    to: 'next: { ...counted!, count: count + 1 } }',
    suites: ['attempts'],
  },
  'a window of attempts that each one lengthens': {
    file: take,
    from: "rule.windowFrom === 'first'",
    to: 'false',
    suites: ['attempts'],
  },
  'a pause that a refused attempt begins anew': {
    file: take,
    from: 'next: undefined }',
    to: 'next: { ...counted!, lastAt: now } }',
    suites: ['attempts'],
  },
  'an attempt that is given back and still counts': {
    file: attempts,
    from: 'count: counter.count - 1',
    to: 'count: counter.count',
    suites: ['attempts'],
  },
  'a counter that lasts a millisecond too long': {
    file: attempts,
    from: 'counter.expiresAt > now',
    to: 'counter.expiresAt >= now',
    suites: ['attempts'],
  },
}
