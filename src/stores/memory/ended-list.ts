/**
 * The ended list in memory.
 */

import type { Clock } from '../../clock.ts'
import type { SessionLifetimes } from '../../sessions/session.ts'
import type { EndedListStore, ListedEnding } from '../ports.ts'
import type { MemoryFeed } from './feed.ts'
import type { Steps } from './steps.ts'

export interface MemoryEndedList {
  readonly endedList: EndedListStore
  readonly isListed: (sessionId: string) => boolean
  readonly listed: Map<string, ListedEnding & { readonly at: number }>
}

const dayMilliseconds = 24 * 60 * 60 * 1000

export function memoryEndedList(
  steps: Steps,
  feed: MemoryFeed,
  clock: Clock,
  { absoluteLifetime }: SessionLifetimes,
): MemoryEndedList {
  const listed = new Map<string, ListedEnding & { readonly at: number }>()
  const endedList = Object.freeze<EndedListStore>({
    add: (ending) =>
      steps.run(() => {
        if (listed.has(ending.sessionId)) return false
        listed.set(ending.sessionId, { ...ending, at: clock() })
        feed.append({ kind: 'session_ended', sessionId: ending.sessionId })
        return true
      }),
    prune: () =>
      steps.run(() => {
        const since = clock() - absoluteLifetime - dayMilliseconds
        for (const [id, { at }] of listed) if (at < since) listed.delete(id)
      }),
  })
  return { endedList, listed, isListed: (sessionId) => listed.has(sessionId) }
}
