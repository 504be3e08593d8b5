/**
 * The keys of an issuer as a service knows them: fetched when needed, kept, and let go in time.
 *
 * Has no timer: what is due is done by the request that finds it due, mostly behind its back. A
 * failing issuer costs nobody anything for as long as the keys that are known may be used.
 */

import type { Clock } from '../clock.ts'
import { unavailable } from '../errors.ts'
import type { PublishedKey } from '../tokens/published-keys.ts'
import type { FetchedKeys } from './fetch-keys.ts'

export interface IssuerKeys {
  /**
   * Looks a key up; a known one is answered at once. An unknown one has the keys fetched, at most
   * once in 30 seconds whatever is asked for, and all who ask meanwhile wait for the same answer.
   *
   * @throws AuthError `temporarily_unavailable` when the kid is unknown and the issuer failed, or
   * has not answered within a second; its answer is then there for the next who asks.
   */
  find(kid: string): PublishedKey | undefined | Promise<PublishedKey | undefined>
  /**
   * To be called before every use: fetches again when it is time, and drops keys that are too old.
   *
   * @returns a promise that never rejects where the use has to wait: nobody came for so long that
   * the keys may be wrong.
   */
  upkeep(): Promise<void> | undefined
  /** Resolves when there are keys. @throws AuthError `temporarily_unavailable` */
  ready(): Promise<void>
}

export interface IssuerKeysOptions {
  readonly fetchKeys: () => Promise<FetchedKeys>
  readonly now: Clock
  /** Keys that the issuer has not confirmed for longer are dropped. */
  readonly maxKeyAgeMilliseconds: number
  /** Called when a key no longer verifies, so that what it verified may be forgotten. */
  readonly onRemoved: () => void
  /** Told why the issuer could not be asked. */
  readonly onError: (error: unknown) => void
}

const second = 1000
const minute = 60 * second
/** Between two fetches because of an unknown kid, which anybody can send. */
const cooldown = 30 * second
const usualMaxAge = 5 * minute
const leastMaxAge = minute
const greatestMaxAge = 60 * minute
/** Past their time by more than this, keys are fetched before they are used. */
const overdue = minute
const lastPause = cooldown

export function createIssuerKeys(options: IssuerKeysOptions): IssuerKeys {
  const { fetchKeys, now, maxKeyAgeMilliseconds, onRemoved, onError } = options
  let keys: ReadonlyMap<string, PublishedKey> = new Map()
  let confirmedAt = Number.NEGATIVE_INFINITY
  let dueAt = Number.NEGATIVE_INFINITY
  let askedAt = Number.NEGATIVE_INFINITY
  let failedAt = Number.NEGATIVE_INFINITY
  let failures = 0
  let lastError: unknown
  let running: Promise<void> | undefined

  /** Never rejects; all who call meanwhile share it. */
  function refresh(): Promise<void> {
    running ??= fetchKeys()
      .then(accept, note)
      .finally(() => {
        running = undefined
      })
    return running
  }

  function accept(fetched: FetchedKeys): void {
    const before = keys
    keys = new Map(fetched.keys.map((key) => [key.kid, key]))
    confirmedAt = now()
    dueAt = confirmedAt + maxAge(fetched.maxAgeSeconds)
    failures = 0
    const gone = [...before.values()].some((key) => keys.get(key.kid)?.material !== key.material)
    if (gone) onRemoved()
  }

  function note(error: unknown): void {
    failures += 1
    failedAt = now()
    lastError = error
    onError(error)
  }

  /** True when the last try failed a moment ago. Not for long where there is no key at all. */
  function isPausing(time: number): boolean {
    if (failures === 0) return false
    const pause = keys.size === 0 ? second : Math.min(lastPause, second * 2 ** (failures - 1))
    return Math.abs(time - failedAt) < pause
  }

  function mayAsk(time: number): boolean {
    if (isPausing(time)) return false
    return failures > 0 || keys.size === 0 || Math.abs(time - askedAt) >= cooldown
  }

  function answer(kid: string): PublishedKey | undefined {
    const key = keys.get(kid)
    // The issuer may have made a new key meanwhile: an outage must not look like a bad token.
    if (key === undefined && running !== undefined) throw unavailable('the keys take their time')
    if (key === undefined && failures > 0) throw unavailable(lastError)
    return key
  }

  return Object.freeze<IssuerKeys>({
    find(kid) {
      const key = keys.get(kid)
      if (key !== undefined) return key
      if (running !== undefined) return patiently(running).then(() => answer(kid))
      const time = now()
      if (!mayAsk(time)) return answer(kid)
      // The first fetch is everybody's, not that of an unknown kid.
      if (keys.size > 0) askedAt = time
      return patiently(refresh()).then(() => answer(kid))
    },

    upkeep() {
      if (keys.size === 0) return undefined
      const time = now()
      // A clock that was set back says nothing of their age.
      if (time < dueAt && time >= confirmedAt) return undefined
      if (time - confirmedAt >= maxKeyAgeMilliseconds) {
        keys = new Map()
        onRemoved()
        return undefined
      }
      if (isPausing(time)) return undefined
      const refreshed = refresh()
      return failures === 0 && time - dueAt >= overdue ? patiently(refreshed) : undefined
    },

    async ready() {
      if (keys.size > 0) return
      if (running !== undefined || !isPausing(now())) await refresh()
      if (keys.size === 0) throw unavailable(lastError)
    },
  })
}

/** Resolves with the promise, or after a second. */
function patiently(running: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, second)
    running.then(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}

function maxAge(seconds: number | undefined): number {
  const given = seconds === undefined ? usualMaxAge : seconds * second
  return Math.min(greatestMaxAge, Math.max(leastMaxAge, given))
}
