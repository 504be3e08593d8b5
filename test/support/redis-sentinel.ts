/** A primary, its replica and a Sentinel that watches them, all on this machine. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type RedisServer, redisCli, startRedis } from './redis-server.ts'

export interface RedisSentinel {
  readonly url: string
  readonly name: string
  readonly sentinel: RedisServer
  readonly primary: RedisServer
  readonly replica: RedisServer
  dispose(): Promise<void>
}

const name = 'countersign'

export async function startSentinel(): Promise<RedisSentinel> {
  const started: RedisServer[] = []
  const start = async (...given: Parameters<typeof startRedis>) => {
    const server = await startRedis(...given)
    started.push(server)
    return server
  }
  const dispose = async () => void (await Promise.all(started.map((server) => server.dispose())))
  try {
    const primary = await start()
    const following = ['--replicaof', '127.0.0.1', String(primary.port)]
    const replica = await start(['--save', '', '--appendonly', 'no', ...following])
    const sentinel = await start(({ port, folder }) => {
      const file = join(folder, 'sentinel.conf')
      writeFileSync(file, configurationOf(port, folder, primary.port))
      return [file, '--sentinel']
    }, 'Sentinel ID is')
    await untilItKnows(sentinel.port)
    const url = `redis+sentinel://127.0.0.1:${sentinel.port}/${name}`
    return { url, name, sentinel, primary, replica, dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}

const configurationOf = (port: number, folder: string, primaryPort: number): string => `
port ${port}
bind 127.0.0.1
dir ${folder}
sentinel monitor ${name} 127.0.0.1 ${primaryPort} 1
sentinel down-after-milliseconds ${name} 500
sentinel failover-timeout ${name} 3000
`

/** It finds the replica by asking the primary, every ten seconds. */
async function untilItKnows(port: number): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    const known = redisCli(port, 'SENTINEL', 'REPLICAS', name)
    if (/slave-priority/.test(known) && !/s_down|disconnected/.test(known)) return
    await pause(50)
  }
  throw new Error('the Sentinel does not find the replica')
}
