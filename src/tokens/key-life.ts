/**
 * The life of a signing key, from the records of the store and the clock alone, so that all
 * processes come to the same answer: published, active, retiring, retired.
 *
 * Reads and writes nothing.
 */

import type { StoredKey } from '../stores/ports.ts'

/** What the life of a key is computed from. */
export type KeyRecord = Pick<StoredKey, 'sequence' | 'algorithm' | 'createdAt' | 'activeAt'>

/** In milliseconds. */
export interface KeyTimes {
  /** From making a key to its first use, when an older one can sign meanwhile. */
  readonly publication: number
  /** From the first use of a newer key until nothing that the older one signed is valid. */
  readonly retirement: number
  /** From making one key to making the next. */
  readonly rotation: number
}

export type KeyState = 'published' | 'active' | 'retiring' | 'retired'

/** How long others may keep the JWKS (its `max-age`). */
export const jwksMaxAgeSeconds = 300
/** How often a process reads the keys of the store; each time up to a quarter more or less. */
export const relistMilliseconds = 60_000

const minute = 60_000
const hour = 60 * minute
/** For this long after a change of algorithm, processes of the deployment before may still sign. */
const deploymentOverlap = 7 * 24 * hour
/** Retired by one clock and not by another, a key is still in the store for the latter. */
const clockDifference = hour

/** @param lifetimes in milliseconds. */
export function keyTimesOf(lifetimes: {
  readonly accessLifetime: number
  readonly leeway: number
  readonly rotationInterval: number
}): KeyTimes {
  const { accessLifetime, leeway, rotationInterval } = lifetimes
  // Another server lists a key up to one and a quarter intervals late, its readers cache that.
  const reach = jwksMaxAgeSeconds * 1000 + 1.25 * relistMilliseconds
  return Object.freeze({
    publication: Math.max(reach, accessLifetime),
    retirement: accessLifetime + leeway + minute,
    rotation: rotationInterval,
  })
}

/** When a key stops verifying: some time after a newer one took over; infinite while none has. */
export function retiredAt(key: KeyRecord, all: readonly KeyRecord[], times: KeyTimes): number {
  const ends = all
    .filter(({ sequence }) => sequence > key.sequence)
    .map((newer) => {
      const after = newer.algorithm === key.algorithm ? 0 : deploymentOverlap
      return newer.activeAt + after + times.retirement
    })
  return Math.min(Number.POSITIVE_INFINITY, ...ends)
}

/** True when no process of a sound clock verifies with it any more. */
export const isRemovable = (
  key: KeyRecord,
  all: readonly KeyRecord[],
  times: KeyTimes,
  now: number,
): boolean => now >= retiredAt(key, all, times) + clockDifference

/**
 * The key that signs: of those given the newest whose time has come.
 *
 * Where none has, as for a process whose clock is behind that of the maker, the first that will.
 */
export function signingChoice<Key extends KeyRecord>(
  candidates: readonly Key[],
  now: number,
): Key | undefined {
  const newestFirst = candidates.toSorted((a, b) => b.sequence - a.sequence)
  const active = newestFirst.find(({ activeAt }) => activeAt <= now)
  return active ?? newestFirst.toSorted((a, b) => a.activeAt - b.activeAt)[0]
}

export function keyState(
  key: KeyRecord,
  all: readonly KeyRecord[],
  times: KeyTimes,
  now: number,
): KeyState {
  if (now >= retiredAt(key, all, times)) return 'retired'
  if (all.some(({ sequence, activeAt }) => sequence > key.sequence && activeAt <= now)) {
    return 'retiring'
  }
  const peers = all.filter(({ algorithm }) => algorithm === key.algorithm)
  return signingChoice(peers, now) === key ? 'active' : 'published'
}

/** True when the newest key is as old as keys get. */
export function isRotationDue(
  candidates: readonly KeyRecord[],
  times: KeyTimes,
  now: number,
): boolean {
  const newest = Math.max(...candidates.map(({ createdAt }) => createdAt))
  return now - newest >= times.rotation
}
