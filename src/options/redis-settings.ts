/** The options of Redis, checked. A URL holds a password, so no message repeats it. */

import { BlockList, isIP } from 'node:net'
import type { AuthOptions } from './auth-options.ts'
import type { Checks } from './checks.ts'
import type { RedisClient, RedisOptions } from './redis-options.ts'

export interface RedisSettings {
  /** Undefined: sessions live where the accounts do. */
  readonly redis: ResolvedRedis | undefined
  readonly requireStoreAtStart: boolean
}

export interface ResolvedRedis {
  readonly connection: string | RedisClient
  readonly prefix: string
  readonly deadlineMilliseconds: number
}

const defaults = { prefix: 'countersign:', deadlineMilliseconds: 250 }
const form =
  "'redis://HOST:PORT', 'rediss://…' for TLS, 'redis+cluster://HOST:PORT,HOST:PORT' or 'redis+sentinel://HOST:PORT,HOST:PORT/NAME'"

export function resolveRedis(options: AuthOptions, checks: Checks): RedisSettings {
  const { requireStoreAtStart = false, redis } = options
  checks.flag('requireStoreAtStart', requireStoreAtStart)
  if (redis === undefined || redis === 'off') return { redis: undefined, requireStoreAtStart }
  if (options.stores !== undefined) {
    checks.mistakes.push('redis cannot be used with stores: join them first (joinStores)')
  }
  return { redis: resolveConnection(redis, checks), requireStoreAtStart }
}

function resolveConnection(
  given: string | RedisClient | RedisOptions,
  { mistakes, whole }: Checks,
): ResolvedRedis {
  const options = isOptions(given) ? given : {}
  const { prefix, deadlineMilliseconds } = { ...defaults, ...options }
  const connection = isOptions(given) ? (given.client ?? given.url) : given
  if (isOptions(given) && (given.client === undefined) === (given.url === undefined)) {
    mistakes.push('redis must have a url or a client, and not both')
  } else if (typeof connection === 'string' && !isRedisUrl(connection)) {
    mistakes.push(
      `redis (REDIS_URL) must be such as ${form}, with # / ? @ % in a password as %23 …`,
    )
  } else if (typeof connection !== 'string' && !isClient(connection)) {
    mistakes.push('redis must be a URL, or a client of the package redis or ioredis')
  }
  if (typeof prefix !== 'string' || !/^[\x21-\x7e]{1,64}$/.test(prefix) || /[{}]/.test(prefix)) {
    // Braces would put all keys of a Cluster into one slot.
    mistakes.push('redis.prefix must be 1 to 64 visible ASCII characters without braces')
  }
  return {
    connection: connection ?? '',
    prefix,
    deadlineMilliseconds: whole('redis.deadlineMilliseconds', deadlineMilliseconds, {
      least: 10,
      most: 10_000,
    }),
  }
}

const isClient = (value: unknown): value is RedisClient =>
  typeof value === 'object' && value !== null && ('sendCommand' in value || 'callBuffer' in value)

const isOptions = (value: string | RedisClient | RedisOptions): value is RedisOptions =>
  typeof value === 'object' && value !== null && !isClient(value)

function isRedisUrl(value: string): boolean {
  const [, kind, authority = '', path = ''] =
    /^rediss?(\+cluster|\+sentinel)?:\/\/(?:[^@]*@)?([^/?#@]+)\/?(.*)$/.exec(value) ?? []
  const hosts = authority.split(',')
  if (hosts.length > 1 && kind === undefined) return false
  if (kind === '+sentinel' && path === '') return false
  return isReadable(value) && hosts.every((host) => host !== '' && URL.canParse(`redis://${host}`))
}

/** A password may have been written with # or % as it is. */
function isReadable(value: string): boolean {
  try {
    const { username, password, pathname } = new URL(value.replace(/,[^/]*/, ''))
    return [username, password, pathname].every((part) => decodeURIComponent(part) !== undefined)
  } catch {
    return false
  }
}

/** For people: the URL without user and password. */
export const redisAddress = (url: string): string =>
  url.replace(/^([^:]+:\/\/)(?:.*@)?([^?#]*).*$/s, '$1$2')

/**
 * @returns a sentence where a password and every session would cross a network in the clear that
 * does not look like a private one; not for names without a dot, as container networks have.
 */
export function withoutTls({ connection }: ResolvedRedis): string | undefined {
  if (typeof connection !== 'string' || connection.startsWith('rediss')) return undefined
  const [, authority = ''] = /\/\/(?:.*@)?([^/?#]*)/.exec(connection) ?? []
  const names = authority.split(',').map((host) => new URL(`redis://${host}`).hostname)
  if (names.every(isPrivate)) return undefined
  return 'REDIS_URL begins with redis://, so nothing on the way to Redis is encrypted; use rediss:// unless the network is private.'
}

function isPrivate(hostname: string): boolean {
  const name = hostname.replace(/^\[|\]$/g, '')
  const family = isIP(name)
  if (family === 0) return !name.includes('.') || /\.(internal|local|localhost)$/.test(name)
  const list = new BlockList()
  list.addSubnet('127.0.0.0', 8)
  list.addSubnet('10.0.0.0', 8)
  list.addSubnet('172.16.0.0', 12)
  list.addSubnet('192.168.0.0', 16)
  list.addAddress('::1', 'ipv6')
  list.addSubnet('fc00::', 7, 'ipv6')
  return list.check(name, family === 4 ? 'ipv4' : 'ipv6')
}
