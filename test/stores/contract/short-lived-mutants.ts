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
        const { taken, next } = takeAttempts(entries, (key) => counters.get(key), clock())`,
    'takeAttempts(entries, (key) => counters.get(key), clock())',
    ['attempts'],
  ),
  'an attempt that one counter refuses and the others count': {
    file: take,
    from: 'taken.taken ? next : undefined',
    to: 'next',
    suites: ['attempts'],
  },
  'a refusal that is named by the last counter that refuses': {
    file: take,
    from: 'steps.findIndex(',
    to: 'steps.findLastIndex(',
    suites: ['attempts'],
  },
  'a counter that may be refused and refuses all': {
    file: take,
    from: '!taken && !entries[at]?.mayBeRefused',
    to: '!taken && entries[at] !== undefined',
    suites: ['attempts'],
  },
  'a counter that is cleared although it has reached its lock': {
    file: take,
    from: 'count >= change.below',
    to: 'count > change.below',
    suites: ['attempts'],
  },
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
    file: take,
    from: 'count: count - 1',
    to: 'count',
    suites: ['attempts'],
  },
  'a counter that lasts a millisecond too long': {
    file: attempts,
    from: 'counter.expiresAt <= clock()',
    to: 'counter.expiresAt < clock()',
    suites: ['attempts'],
  },
}
