/**
 * What a rule of the contract is, and what it asks of the store under test.
 */

import type {
  AttemptStore,
  EndedListStore,
  KeyStore,
  OneTimeTokenStore,
  SessionStore,
  Stores,
  UserStore,
} from '../ports.ts'

/** New, empty stores, opened with `contractLifetimes`. */
export interface ContractStores {
  readonly stores: Stores
  /**
   * Moves the stores' clock forward; between two calls it stands still. Left out by a store whose
   * clock cannot be set: rules that need it are then left out, and reported so.
   */
  advance?(milliseconds: number): void
  /** Opens the same data again, as a second process would. Left out where there is no such thing. */
  anotherHandle?(): Promise<Stores>
  /** Loses all sessions, as a wiped Redis does, where they live apart from the accounts. */
  loseSessions?(): Promise<void>
  /** Closes every handle and removes the data. */
  dispose(): Promise<void>
}

export type StoreFactory = () => Promise<ContractStores>

/** What a rule works with. */
export interface OpenedStores {
  readonly stores: Stores
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly keys: KeyStore
  readonly oneTimeTokens: OneTimeTokenStore
  readonly attempts: AttemptStore
  readonly endedList: EndedListStore
  /** @throws LeftOut where the clock cannot be set. */
  advance(milliseconds: number): void
  readonly canAdvance: boolean
  /** @throws LeftOut where there is no second handle. */
  anotherHandle(): Promise<Stores>
  /** @throws LeftOut where sessions cannot be lost. */
  loseSessions(): Promise<void>
  /** The store, and a second handle where there is one, for rules about parallel callers. */
  handles(): Promise<readonly [Stores, Stores]>
}

export interface ContractHarness {
  /** Opens new, empty stores, which are disposed of when the rule ends. */
  open(): Promise<OpenedStores>
  /** How often a rule about parallel callers or random commands is tried. */
  readonly rounds: number
  /** Where the random commands begin. */
  readonly seed: number
}

export interface ContractRule {
  readonly suite: string
  /** What holds, in the present tense. */
  readonly title: string
  /** Where sessions must live, seen from the accounts, for the rule to apply. @default anywhere */
  readonly sessions?: 'beside' | 'apart' | undefined
  /** @throws when the store breaks the rule, and LeftOut when the rule cannot be tried on it. */
  run(harness: ContractHarness): Promise<void>
}

/** Says that a rule was not tried, because the store lacks what it takes. */
export class LeftOut extends Error {
  override readonly name = 'LeftOut'
}

type Rules = Readonly<Record<string, (harness: ContractHarness) => Promise<void>>>

export function suiteOf(
  suite: string,
  rules: Rules,
  sessions?: ContractRule['sessions'],
): readonly ContractRule[] {
  return Object.entries(rules).map(([title, run]) =>
    Object.freeze({ suite, title, run, ...(sessions && { sessions }) }),
  )
}
