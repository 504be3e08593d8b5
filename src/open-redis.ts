/** Joins the Redis that the options name with the stores of the accounts. */

import { systemClock } from './clock.ts'
import { type ResolvedRedis, redisAddress, withoutTls } from './options/redis-settings.ts'
import type { ResolvedOptions } from './options/resolve-options.ts'
import type { Stores } from './stores/ports.ts'

/** Closes the accounts where Redis cannot be opened. */
export async function withRedis(
  accounts: Stores,
  redis: ResolvedRedis,
  options: ResolvedOptions,
  report: (error: unknown) => void,
): Promise<Stores> {
  const { clock, production } = options
  const [{ openRedisStores }, { joinStores }] = await Promise.all([
    import('./stores/redis/open.ts'),
    import('./stores/joined/open.ts'),
  ])
  const { connection, prefix, deadlineMilliseconds } = redis
  const notice = production ? withoutTls(redis) : undefined
  if (notice !== undefined) report(notice)
  const opening = openRedisStores({
    ...{ redis: connection, prefix, deadlineMilliseconds },
    accessLifetime: options.accessLifetime,
    inactivityTimeout: options.inactivityTimeout,
    absoluteLifetime: options.absoluteLifetime,
    // Redis's own clock decides, but in the tests of an application that sets the time.
    ...(clock !== systemClock && { clock }),
    onError: reportSometimes(connection, report),
  })
  try {
    return joinStores(accounts, await opening)
  } catch (error) {
    await accounts.close()
    throw error
  }
}

const quietMilliseconds = 60_000

/** A broken connection is tried anew every second at the latest; that is not news each time. */
function reportSometimes(
  connection: unknown,
  report: (error: unknown) => void,
): (error: unknown) => void {
  let silentUntil = Number.NEGATIVE_INFINITY
  const place = typeof connection === 'string' ? ` (${redisAddress(connection)})` : ''
  return (error) => {
    if (performance.now() < silentUntil) return
    silentUntil = performance.now() + quietMilliseconds
    const reason = error instanceof Error ? error.message || error.name : String(error)
    report(`The connection to Redis${place} is broken: ${reason}`)
  }
}
