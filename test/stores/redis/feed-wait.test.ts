/** Between a log-out and its being felt there is one answer of Redis, that of the read that waited. */

import { setTimeout as pause } from 'node:timers/promises'
import { createClient } from 'redis'
import { expect, onTestFinished, test } from 'vitest'
import { contractLifetimes } from '../../../src/stores/contract/index.ts'
import type { Revocation } from '../../../src/stores/ports.ts'
import { openRedisStores } from '../../../src/stores/redis/open.ts'
import { hasRedis, redisIsMissing, startRedis } from '../../support/redis-server.ts'

if (!hasRedis()) redisIsMissing('a feed in Redis that is waited for')

test.runIf(hasRedis()).each([2, 3] as const)(
  'by RESP%d the read that waits brings the entries, and nothing is asked after it',
  async (RESP) => {
    const server = await startRedis()
    onTestFinished(() => server.dispose())
    const client = createClient({ url: server.url, RESP })
    await client.connect()
    onTestFinished(() => void client.destroy())
    const asked: string[] = []
    const sendCommand = client.sendCommand.bind(client)
    client.sendCommand = ((args: string[], ...rest: never[]) => {
      asked.push(String(args[0]))
      return sendCommand(args, ...rest)
    }) as never
    const reader = await openRedisStores({ redis: client as never, ...contractLifetimes })
    const writer = await openRedisStores({ redis: server.url, ...contractLifetimes })
    onTestFinished(async () => {
      await Promise.all([reader.sessions.close(), writer.sessions.close()])
    })
    const entries: readonly Revocation[] = ['one', 'two'].map((accountId) => ({
      kind: 'account_ended',
      accountId,
      epoch: 1,
    }))
    const { signal } = new AbortController()
    const options = { waitMilliseconds: 10_000, signal }
    const { cursor } = await reader.sessions.revocations(undefined, options)
    const waiting = reader.sessions.revocations(cursor, options)
    await pause(200)
    asked.length = 0
    await expect
      .poll(() =>
        writer.sessions.announce(entries).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true)
    expect((await waiting).entries).toEqual(entries)
    expect(asked).toEqual([])
  },
)
