/** What is explored, and what an explored world can be asked. */

import type { FlowContext, IssuedTokens } from '../../src/flows/context.ts'
import type { Stores } from '../../src/stores/ports.ts'
import type { SeparateSessionStore } from '../../src/stores/separate-sessions.ts'

/** What an actor is answered: tokens, that it is done, or the code of a refusal. */
export type Answer = IssuedTokens | 'done' | { readonly code: string }

export interface ActorPlan {
  readonly name: string
  /** `ending` is answered when the session has ended, `log-in` when it may have; the tokens of `refresh` are judged. */
  readonly kind: 'refresh' | 'ending' | 'log-in'
  readonly run: (context: FlowContext, setting: Setting) => Promise<IssuedTokens | undefined>
}

/** What there is before the actors begin. */
export interface Setting {
  readonly accountId: string
  readonly sessionId: string
  readonly tokens: Readonly<Record<string, string>>
}

/** Changes what one actor's stores do, to see whether the rules find out. */
export type Sabotage = () => {
  readonly sessions?: (real: SeparateSessionStore) => SeparateSessionStore
  readonly accounts?: (real: Stores) => Stores
}

export interface Scenario {
  readonly actors: readonly ActorPlan[]
  /** The newer token was used eleven seconds ago, so that the others are replayed. */
  readonly isPassed?: boolean
  readonly wipes?: number
  readonly rollbacks?: number
  readonly crashes?: number
  /** Steps of eleven seconds, so that what was late is replayed. */
  readonly ticks?: number
}

export interface Actor {
  readonly plan: ActorPlan
  readonly history: string[]
  crashed: boolean
  answer: Answer | undefined
  /** Whether the ending had been answered when it began, and when it took its step. */
  beganAfterEnding: boolean
  steppedAfterEnding: boolean
  /** Its own step restored or recovered the session. */
  broughtBack: boolean
}

export interface World {
  readonly actors: readonly Actor[]
  readonly setting: Setting
  /** Everybody's tokens of the session, those of the preparation first. */
  readonly tokens: readonly string[]
  moves(): readonly string[]
  make(move: string): Promise<void>
  /** Equal for worlds that cannot differ from here on. */
  key(): Promise<string>
  /** Whether somebody was told that the session has ended. */
  isEndingAnswered(): boolean
  /** Whether the session store was wiped or rolled back. */
  hasLost(): boolean
  /** Somebody without gates, for what is tried at the end. */
  readonly bystander: FlowContext
  wipe(): void
  readonly snapshots: readonly (() => void)[]
  tick(): void
  isLive(): Promise<boolean>
  /** Whether the session is on the ended list. */
  isListed(): Promise<boolean>
}
