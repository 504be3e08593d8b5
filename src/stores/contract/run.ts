/**
 * The whole contract, and running it without a test runner.
 */

import { administrationRules } from './administration-rules.ts'
import { attemptRules } from './attempt-rules.ts'
import { attemptsTogetherRules } from './attempts-together-rules.ts'
import { besideAccountsRules } from './beside-accounts-rules.ts'
import { clockRules } from './clock-rules.ts'
import { concurrencyRules } from './concurrency-rules.ts'
import { endedListRules } from './ended-list-rules.ts'
import { endingRules } from './ending-rules.ts'
import { externalIdRules } from './external-id-rules.ts'
import { faultRules } from './fault-rules.ts'
import { feedRules } from './feed-rules.ts'
import { contractHarness } from './harness.ts'
import { keyRules } from './key-rules.ts'
import { modelRules } from './model-rules.ts'
import { oneTimeTokenRules } from './one-time-token-rules.ts'
import { passwordRules } from './password-rules.ts'
import { raceRules } from './race-rules.ts'
import { refreshRules } from './refresh-rules.ts'
import { type ContractRule, LeftOut, type StoreFactory } from './rule.ts'
import { separateSessionRules } from './separate-session-rules.ts'
import { sessionRules } from './session-rules.ts'
import { transferRules } from './transfer-rules.ts'
import { userRules } from './user-rules.ts'

export const storeContract: readonly ContractRule[] = Object.freeze([
  ...userRules,
  ...externalIdRules,
  ...passwordRules,
  ...administrationRules,
  ...sessionRules,
  ...endingRules,
  ...besideAccountsRules,
  ...separateSessionRules,
  ...endedListRules,
  ...refreshRules,
  ...feedRules,
  ...keyRules,
  ...oneTimeTokenRules,
  ...attemptRules,
  ...attemptsTogetherRules,
  ...transferRules,
  ...raceRules,
  ...concurrencyRules,
  ...clockRules,
  ...modelRules,
  ...faultRules,
])

export interface ContractOptions {
  /** How often rules about parallel callers and random commands are tried. @default 20 */
  readonly rounds?: number
  /** Where random commands begin; a failure names it. @default 1 */
  readonly seed?: number
  /** After how many seconds a rule that has not ended fails. @default 300 */
  readonly timeLimitSeconds?: number
  /** The rules to run. @default storeContract */
  readonly rules?: readonly ContractRule[]
}

export interface ContractResult {
  readonly suite: string
  readonly title: string
  /** `left_out`: not tried, because the store lacks what the rule takes; `error` says what. */
  readonly outcome: 'passed' | 'failed' | 'left_out'
  readonly error?: unknown
}

/**
 * Runs every rule, one after another, each on new stores. Never rejects.
 *
 * ```ts
 * const results = await runStoreContract(async () => {
 *   const stores = await openMyStores({ ...contractLifetimes })
 *   return { stores, dispose: () => stores.close() }
 * }, { rounds: 500 })
 * const failed = results.filter(({ outcome }) => outcome === 'failed')
 * ```
 */
export async function runStoreContract(
  factory: StoreFactory,
  options: ContractOptions = {},
): Promise<readonly ContractResult[]> {
  const results: ContractResult[] = []
  for (const rule of options.rules ?? storeContract) {
    results.push(await runContractRule(rule, factory, options))
  }
  return results
}

/** Runs one rule on new stores. Never rejects. */
export async function runContractRule(
  rule: ContractRule,
  factory: StoreFactory,
  { rounds = 20, seed = 1, timeLimitSeconds = 300 }: ContractOptions = {},
): Promise<ContractResult> {
  const { suite, title } = rule
  const harness = contractHarness(factory, { rounds, seed }, rule.sessions)
  const tried = await outcomeOf(() => withinLimit(rule.run(harness), timeLimitSeconds))
  const disposed = await outcomeOf(() => withinLimit(harness.dispose(), timeLimitSeconds))
  return { suite, title, ...(tried.outcome === 'passed' ? disposed : tried) }
}

async function outcomeOf(
  run: () => Promise<void>,
): Promise<Pick<ContractResult, 'outcome' | 'error'>> {
  try {
    await run()
    return { outcome: 'passed' }
  } catch (error) {
    return { outcome: error instanceof LeftOut ? 'left_out' : 'failed', error }
  }
}

/** Also keeps the process alive: a store's own waits may not. */
async function withinLimit(running: Promise<void>, seconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${seconds} s`)), seconds * 1000)
  })
  try {
    await Promise.race([running, limit])
  } finally {
    clearTimeout(timer)
  }
}
