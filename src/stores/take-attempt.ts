/**
 * The pure rules of `AttemptStore`: whether one more attempt is let through, and what is kept.
 *
 * Holds no state. A store applies it, or the same in its own language, within one atomic step.
 */

import type {
  AttemptChange,
  AttemptEntry,
  AttemptRule,
  AttemptStep,
  Attempts,
  TakenAttempts,
} from './attempt-store.ts'

/** What a store keeps of one key. */
export interface StoredAttempts extends Attempts {
  /** From this moment on the counter counts for nothing. */
  readonly expiresAt: number
}

export interface AttemptDecision {
  readonly step: AttemptStep
  /** What to store; undefined when nothing changes. */
  readonly next: StoredAttempts | undefined
}

/** @param before the counter as stored; one whose window has passed is none. */
function takeAttempt(
  before: StoredAttempts | undefined,
  rule: AttemptRule,
  now: number,
): AttemptDecision {
  const counted = before !== undefined && before.expiresAt > now ? before : undefined
  const wait = counted === undefined ? 0 : waitOf(counted, rule, now)
  const count = counted?.count ?? 0
  if (wait > 0) {
    return { step: { taken: false, count, retryAfterMilliseconds: wait }, next: undefined }
  }
  const keepsEnd = counted !== undefined && rule.windowFrom === 'first'
  const next = {
    count: count + 1,
    firstAt: counted?.firstAt ?? now,
    lastAt: now,
    expiresAt: keepsEnd ? counted.expiresAt : now + rule.windowMilliseconds,
  }
  return { step: { taken: true, count: next.count, retryAfterMilliseconds: 0 }, next }
}

function waitOf(
  { count, lastAt, expiresAt }: StoredAttempts,
  { limit, pausesMilliseconds = [] }: AttemptRule,
  now: number,
): number {
  if (limit !== undefined && count >= limit) return expiresAt - now
  const pause = pausesMilliseconds[Math.min(count, pausesMilliseconds.length) - 1] ?? 0
  // The distance, so that a clock that was set back does not stretch a pause by as much.
  return Math.max(0, pause - Math.abs(now - lastAt))
}

export interface AttemptsDecision {
  readonly taken: TakenAttempts
  /** What to store, for each entry; undefined where nothing changes. */
  readonly next: readonly (StoredAttempts | undefined)[]
}

/** @param before the counter of a key as stored. */
export function takeAttempts(
  entries: readonly AttemptEntry[],
  before: (key: string) => StoredAttempts | undefined,
  now: number,
): AttemptsDecision {
  const decisions = entries.map(({ key, rule }) => takeAttempt(before(key), rule, now))
  const taken = allOrNone(
    entries,
    decisions.map(({ step }) => step),
  )
  return { taken, next: decisions.map(({ next }) => (taken.taken ? next : undefined)) }
}

/** @param steps of each entry by itself, in their order. */
export function allOrNone(
  entries: readonly AttemptEntry[],
  steps: readonly AttemptStep[],
): TakenAttempts {
  const refusedBy = steps.findIndex(({ taken }, at) => !taken && !entries[at]?.mayBeRefused)
  const step = steps[refusedBy]
  return step === undefined ? { taken: true, steps } : { taken: false, refusedBy, step }
}

/** @returns the counter as it is from now on; undefined for none. */
export function settleAttempt(
  before: StoredAttempts | undefined,
  change: AttemptChange,
  now: number,
): StoredAttempts | undefined {
  if (before === undefined || before.expiresAt <= now) return undefined
  const { count } = before
  if (change.change === 'clear') {
    return change.below !== undefined && count >= change.below ? before : undefined
  }
  return count <= 1 ? undefined : { ...before, count: count - 1 }
}
