/**
 * Stores for the contract: accounts in memory or where it is told, sessions and counters in a Redis of
 * any form.
 */

import { setTimeout as pause } from 'node:timers/promises'
import { contractLifetimes, type StoreFactory } from '../../../src/stores/contract/index.ts'
import { joinStores } from '../../../src/stores/joined/open.ts'
import { type MemoryStoresOptions, openMemoryStores } from '../../../src/stores/memory/index.ts'
import type { Stores } from '../../../src/stores/ports.ts'
import type { RedisClient } from '../../../src/stores/redis/client.ts'
import { openRedisStores } from '../../../src/stores/redis/open.ts'
import { redisCli } from '../../support/redis-server.ts'

export interface RedisForm {
  /** A URL, or a client that stays open over all rules. */
  readonly redis: string | RedisClient
  /** Begins the keys of this form. */
  readonly prefix: string
  /** Where the keys are. Left out: no rule loses its sessions. */
  readonly ports?: readonly number[]
}

interface AccountOptions extends MemoryStoresOptions {
  /** New for every rule. */
  readonly rule: number
}

/**
 * @param form is asked when a rule opens stores, since a server may not be up before.
 * @param openAccounts is called for every handle. Left out: all handles of a rule share a memory.
 */
export function redisFactory(
  form: () => RedisForm,
  openAccounts?: (options: AccountOptions) => Promise<Stores>,
): StoreFactory {
  let opened = 0
  return async () => {
    const { redis, prefix: beginning, ports } = form()
    let now = 1_800_000_000_000
    const clock = () => now
    opened += 1
    const prefix = `${beginning}${opened}:`
    const options = { clock, rule: opened, ...contractLifetimes }
    const memory = openAccounts === undefined ? await openMemoryStores(options) : undefined
    const handles: Stores[] = []
    const open = async () => {
      const settings = { redis, prefix, clock, deadlineMilliseconds: 5000, ...contractLifetimes }
      const separate = await openRedisStores(settings)
      await untilAnswered(() => separate.sessions.ping())
      const accounts = memory ?? (await openAccounts?.(options))
      if (accounts === undefined) throw new Error('no accounts')
      const handle = joinStores(accounts, separate)
      handles.push(handle)
      return handle
    }
    const stores = await open()
    return {
      stores,
      advance: (milliseconds) => {
        now += milliseconds
      },
      anotherHandle: open,
      ...(ports && { loseSessions: async () => loseSessions(ports, prefix) }),
      dispose: async () => void (await Promise.all(handles.map((handle) => handle.close()))),
    }
  }
}

/** Sessions and indexes, but not the feed and the counters. */
function loseSessions(ports: readonly number[], prefix: string): void {
  for (const port of ports) {
    const keys = redisCli(port, '--scan', '--pattern', `${prefix}[si]:*`).split('\n')
    for (const key of keys.filter(Boolean)) redisCli(port, 'DEL', key)
  }
}

/** A client by URL connects while the application starts. */
export async function untilAnswered(ask: () => Promise<unknown>, seconds = 10): Promise<void> {
  const end = performance.now() + seconds * 1000
  for (;;) {
    try {
      await ask()
      return
    } catch (error) {
      if (performance.now() > end) throw error
      await pause(10)
    }
  }
}
