/** Stores that are named by URL on a command line: opened, and called something without a credential. */

import { existsSync, realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Stores } from '../stores/ports.ts'
import { CommandError, exitCodes } from './exit-codes.ts'

export interface StorePlace {
  readonly database: string
  /** Where its sessions are; left out where they are in the database. */
  readonly redis?: string | undefined
  /** Begins every key in that Redis. */
  readonly redisPrefix?: string | undefined
}

export type OpenStores = (place: StorePlace) => Promise<Stores>

/** Only what decides which sessions are still alive; a command that moves data issues nothing. */
const lifetimes = [
  'COUNTERSIGN_ACCESS_LIFETIME',
  'COUNTERSIGN_INACTIVITY_TIMEOUT',
  'COUNTERSIGN_ABSOLUTE_LIFETIME',
]
/** A part of a move is many commands at once. */
const redisDeadlineMilliseconds = 5000

/** @throws TypeError naming every mistake; Error with a sentence where a database cannot be opened. */
export async function openPlace(
  { database, redis, redisPrefix }: StorePlace,
  environment: Readonly<Record<string, string | undefined>>,
  report: (error: unknown) => void,
): Promise<Stores> {
  const { resolveOptions } = await import('../options/resolve-options.ts')
  const { openStores } = await import('../open-stores.ts')
  const redisOptions = redis === undefined ? 'off' : { url: redis, ...prefixed(redisPrefix) }
  const options = resolveOptions(
    { database, redis: redisOptions },
    Object.fromEntries(lifetimes.map((name) => [name, environment[name]])),
  )
  return openStores(options, report)
}

const prefixed = (prefix: string | undefined) => ({
  deadlineMilliseconds: redisDeadlineMilliseconds,
  ...(prefix !== undefined && { prefix }),
})

/**
 * A URL as it was given, or what the environment variable holds that `env:NAME` names: arguments can be
 * read by other people of the machine, and a URL may hold a password.
 */
export function readUrl(
  given: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const name = /^env:(.*)$/s.exec(given)?.[1]
  if (name === undefined) return given
  const value = environment[name]?.trim()
  if (value) return value
  throw new CommandError(`The environment has no ${name}.`, exitCodes.misused)
}

/** The same for the same place, as far as its URL shows. */
export function describePlace({ database, redis, redisPrefix = '' }: StorePlace): string {
  const sessions =
    redis === undefined ? [] : [`sessions in ${withoutSecrets(redis)} ${redisPrefix}`]
  return [describeDatabase(database), ...sessions].join(', ').trim()
}

function describeDatabase(url: string): string {
  const path = pathOf(url)
  if (path === undefined) return withoutSecrets(url)
  return `sqlite:${existsSync(path) ? realpathSync(path) : resolve(path)}`
}

/** @throws CommandError where a source is no file: opening it would make one. */
export function requireFile(url: string): void {
  const path = pathOf(url)
  if (path === undefined || existsSync(path)) return
  throw new CommandError(`There is no SQLite file ${resolve(path)}.`, exitCodes.failed)
}

const pathOf = (url: string): string | undefined =>
  url.startsWith('sqlite:') ? url.slice('sqlite:'.length) : undefined

/** Without user, password and parameters, but for the schema, which is a place of its own. */
function withoutSecrets(url: string): string {
  const [, scheme = '', rest = ''] = /^([a-z0-9+]+:\/\/)(?:.*@)?([^?#]*)/is.exec(url) ?? []
  const schema = /[?&]schema=([a-z0-9_]+)/.exec(url)?.[1]
  return `${scheme}${rest}${schema === undefined ? '' : `?schema=${schema}`}`
}
