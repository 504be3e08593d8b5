/**
 * Looks at the Redis that is there: its version, what it does when it is full, and what it keeps.
 *
 * Reads INFO, and CONFIG where that is allowed; of a Cluster it sees the one node of a key.
 */

import type { StoreProblem } from '../store-problem.ts'
import type { Commands } from './commands.ts'

const error = (code: string, message: string): StoreProblem => ({
  code,
  message,
  severity: 'error',
})
const warning = (code: string, message: string): StoreProblem => ({
  code,
  message,
  severity: 'warning',
})

const unreachable = error(
  'redis_unreachable',
  'Redis does not answer: log-in, refresh and log-out are answered 503, access tokens are verified.',
)
const uninspected = warning(
  'redis_uninspected',
  'The Redis user may not run INFO, so version, eviction and persistence are not checked.',
)
const replica = error(
  'redis_is_replica',
  'This Redis is a replica and takes no writes; name the primary, or a Sentinel.',
)
const full = warning(
  'redis_full',
  'Redis is full (maxmemory): log-in and refresh are answered 503, log-out and verification work.',
)
const notPersistent = warning(
  'redis_not_persistent',
  'Redis keeps nothing over a restart (appendonly is off, save is empty). Sessions come back with ' +
    'their next refresh; session lists, device names and counters of attempts are lost.',
)

/** The first release with scripts that may run on a full server (`#!lua flags=allow-oom`). */
const oldestMajor = 7

/** Never rejects. @param key decides the node in a Cluster. */
export async function inspectServer(
  commands: Commands,
  key: string,
): Promise<readonly StoreProblem[]> {
  const ask = (...args: string[]): Promise<unknown> =>
    commands.send(key, args).catch(() => undefined)
  if ((await ask('PING')) === undefined) return [unreachable]
  const [info, save] = await Promise.all([ask('INFO'), ask('CONFIG', 'GET', 'save')])
  if (info === undefined) return [uninspected]
  return problemsOf(fieldsOf(String(info)), savePointsOf(save))
}

function problemsOf(
  field: (name: string) => string,
  savePoints: string | undefined,
): readonly StoreProblem[] {
  const problems: StoreProblem[] = []
  const version = field('redis_version')
  // Valkey, which began with the seventh release of Redis, says in this field what it equals.
  if (Number.parseInt(version, 10) < oldestMajor) {
    problems.push(error('redis_too_old', `Redis ${version} is too old: 7.0 or later is needed.`))
  }
  if (field('role') === 'slave') problems.push(replica)
  const policy = field('maxmemory_policy')
  const limit = Number(field('maxmemory'))
  if (policy !== '' && policy !== 'noeviction') {
    const message = `maxmemory-policy is ${policy}: a full Redis drops sessions and counters. Set noeviction.`
    problems.push(warning('redis_evicts', message))
  } else if (limit > 0 && Number(field('used_memory')) >= limit) {
    problems.push(full)
  }
  // Where CONFIG is not allowed nobody knows of snapshots.
  if (field('aof_enabled') === '0' && savePoints === '') problems.push(notPersistent)
  return problems
}

function fieldsOf(info: string): (name: string) => string {
  const fields = new Map(
    info.split('\r\n').map((line) => {
      const at = line.indexOf(':')
      return [line.slice(0, at), line.slice(at + 1)]
    }),
  )
  return (name) => fields.get(name) ?? ''
}

/** `CONFIG GET save` answers a name and a value. */
const savePointsOf = (reply: unknown): string | undefined =>
  Array.isArray(reply) && reply.length === 2 ? String(reply[1]) : undefined
