/** An `Auth` with accounts in SQLite and sessions in Redis, and clients that speak to it over HTTP. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished } from 'vitest'
import { type Auth, createAuth } from '../../src/auth.ts'
import type { AuthEvent } from '../../src/events.ts'
import type { AuthOptions } from '../../src/options/auth-options.ts'
import { joinStores } from '../../src/stores/joined/open.ts'
import type { RedisClient } from '../../src/stores/redis/client.ts'
import { openRedisStores } from '../../src/stores/redis/open.ts'
import { openSqliteStores } from '../../src/stores/sqlite/open.ts'
import type { Answer } from './send.ts'
import { serveNode, testSecret } from './test-server.ts'

export interface RedisAuth {
  readonly auth: Auth
  readonly base: string
  readonly events: readonly AuthEvent[]
}

const lifetimes = {
  accessLifetime: 900_000,
  inactivityTimeout: 7 * 86_400_000,
  absoluteLifetime: 30 * 86_400_000,
}

export function accountsFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-redis-auth-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
  return join(folder, 'auth.db')
}

/** One server. Several on one `path` and one Redis are several processes of one deployment. */
export async function redisAuth(
  redis: string | RedisClient,
  { path = accountsFile(), ...options }: AuthOptions & { readonly path?: string } = {},
): Promise<RedisAuth> {
  const clock = options.clock ?? (() => Date.now())
  const accounts = await openSqliteStores({ path, clock, ...lifetimes })
  const { sessions, attempts } = await openRedisStores({ redis, ...lifetimes })
  const { oneTimeTokens } = accounts
  const auth = await createAuth({
    secret: testSecret,
    stores: joinStores(accounts, { sessions, attempts, oneTimeTokens }),
    passwords: { concurrency: 1 },
    ...options,
  })
  onTestFinished(() => auth.close())
  const events: AuthEvent[] = []
  auth.on('*', (event) => events.push(event))
  return { auth, base: await serveNode(auth), events }
}

/** SECURITY.md, section 2: what every answer looks like while a dependency fails. */
export function expectUnavailable({ status, headers, body, setCookies }: Answer): void {
  expect([status, body.code]).toEqual([503, 'temporarily_unavailable'])
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  expect(headers.get('www-authenticate')).toBeNull()
  expect(headers.get('cache-control')).toBe('no-store')
  expect(setCookies).toEqual([])
}

/**
 * Resolves with the answer, which must come within a second: twenty short timers one after another,
 * which take longer where this process itself gets no time.
 */
export async function withinOneSecond(asking: () => Promise<Answer>): Promise<Answer> {
  const asked = asking()
  let isAnswered = false
  const settled = asked.then(
    () => true,
    () => true,
  )
  for (let tick = 0; tick < 20 && !isAnswered; tick += 1) {
    isAnswered = await Promise.race([settled, pause(50, false)])
  }
  const answer = await asked
  expect(isAnswered).toBe(true)
  return answer
}

/** Asks until it is answered 200. @returns the milliseconds that it took. */
export async function recoveryTime(ask: () => Promise<Answer>): Promise<number> {
  const began = performance.now()
  for (;;) {
    const { status } = await ask()
    const took = performance.now() - began
    if (status === 200 || took > 10_000) return took
    expect(status).toBe(503)
    await pause(25)
  }
}

/** Fails the test on an unhandled rejection, which would end a process. */
export function watchRejections(): void {
  const seen: unknown[] = []
  const note = (reason: unknown): void => void seen.push(reason)
  process.on('unhandledRejection', note)
  process.on('uncaughtException', note)
  onTestFinished(() => {
    process.removeListener('unhandledRejection', note)
    process.removeListener('uncaughtException', note)
    expect(seen).toEqual([])
  })
}
