/** Looks at the stores when an application starts, and says once what an operator should know. */

import { setTimeout as pause } from 'node:timers/promises'
import type { Stores } from './stores/ports.ts'
import { inspectStore, type StoreProblem } from './stores/store-problem.ts'

export interface StartCheck {
  /** Refuse to start while a store does not answer, instead of waiting for it to come. */
  readonly requireStoreAtStart: boolean
  readonly report: (error: unknown) => void
}

const waitMilliseconds = 1000
const requiredWaitMilliseconds = 5000
const pauseMilliseconds = 20

/**
 * Waits up to a second for the stores (five where they are required), then goes on without them.
 *
 * @throws Error with every reason why it cannot start: a Redis that is too old, or with
 * `requireStoreAtStart` any store that does not answer.
 */
export async function checkAtStart(
  stores: Stores,
  { requireStoreAtStart, report }: StartCheck,
): Promise<void> {
  const wait = requireStoreAtStart ? requiredWaitMilliseconds : waitMilliseconds
  const until = performance.now() + wait
  let problems = await inspectStore(stores)
  while (problems.some(isUnreachable) && performance.now() < until) {
    await pause(pauseMilliseconds)
    problems = await inspectStore(stores)
  }
  const prevents = ({ code, severity }: StoreProblem): boolean =>
    code === 'redis_too_old' || (requireStoreAtStart && severity === 'error')
  const fatal = problems.filter(prevents)
  if (fatal.length > 0) throw new Error(fatal.map(({ message }) => message).join('\n'))
  for (const { message } of problems) report(message)
}

const isUnreachable = ({ code }: StoreProblem): boolean => code.endsWith('_unreachable')
