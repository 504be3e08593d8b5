import { afterAll } from 'vitest'
import { contractLifetimes } from '../../../src/stores/contract/index.ts'
import { joinStores } from '../../../src/stores/joined/open.ts'
import { openMemoryStores } from '../../../src/stores/memory/index.ts'
import { openRedisStores } from '../../../src/stores/redis/open.ts'
import { startRedis } from '../../support/redis-server.ts'
import { contractTests } from '../contract/contract-tests.ts'

const server = await startRedis()
afterAll(() => server.dispose())
let opened = 0

contractTests(
  'Redis beside accounts in memory',
  async () => {
    let now = 1_800_000_000_000
    const clock = () => now
    const accounts = await openMemoryStores({ clock, ...contractLifetimes })
    opened += 1
    const prefix = `test-${opened}:`
    const { createClient } = await import('redis')
    const admin = await createClient({ url: server.url }).connect()
    const open = async () => {
      const redis = await openRedisStores({
        redis: server.url,
        prefix,
        clock,
        deadlineMilliseconds: 2000,
        ...contractLifetimes,
      })
      const { oneTimeTokens } = accounts
      const joined = joinStores(accounts, { ...redis, oneTimeTokens })
      for (let tries = 0; tries < 100; tries += 1) {
        const up = await redis.sessions.ping().then(
          () => true,
          () => false,
        )
        if (up) break
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      return joined
    }
    const stores = await open()
    return {
      stores,
      advance: (milliseconds: number) => {
        now += milliseconds
      },
      anotherHandle: open,
      loseSessions: async () => {
        const keys = await admin.keys(`${prefix}[sa]:*`)
        if (keys.length > 0) await admin.del(keys)
      },
      dispose: async () => {
        await stores.close()
        admin.destroy()
      },
    }
  },
  [],
  'apart',
  50,
)
