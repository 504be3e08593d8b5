/** What befalls Redis in the meantime. Each returns when Redis is as it should be again. */

import { rmSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { command, type RedisPair } from './redis-pair.ts'
import type { World } from './world.ts'

export interface Stage {
  readonly pair: RedisPair
  readonly world: World
  /** Plays some turns. */
  play(turns: number): Promise<void>
}

type Fault = (stage: Stage) => Promise<void>

const primary = ({ pair }: Stage, ...words: readonly string[]): Promise<string> =>
  command(pair.primary().port, ...words)

/** While clients go on. */
const during = ({ world, play }: Stage, happening: () => Promise<void>): Promise<unknown> =>
  Promise.all([play(2), pause(world.random() * 15).then(happening)])

const hasLost = ({ world }: Stage): void => void world.losses.push(world.now())

export const faults: Readonly<Record<string, Fault>> = {
  'kill -9, restart with its file': async (stage) => {
    await during(stage, async () => {
      await stage.pair.primary().kill()
      await stage.pair.primary().start()
    })
    // It is written each second: what came after may be lost.
    hasLost(stage)
  },
  'kill -9, restart empty': async (stage) => {
    await during(stage, async () => {
      const server = stage.pair.primary()
      await server.kill()
      for (const name of ['appendonlydir', 'dump.rdb']) {
        rmSync(`${server.folder}/${name}`, { recursive: true, force: true })
      }
      await server.start()
    })
    hasLost(stage)
    await stage.pair.untilCopied()
  },
  FLUSHALL: async (stage) => {
    await during(stage, async () => void (await primary(stage, 'FLUSHALL')))
    hasLost(stage)
  },
  'failover to a replica that lags': async (stage) => {
    const { pair, world, play } = stage
    await pair.untilCopied()
    await pair.freezeReplica()
    await play(1 + Math.floor(world.random() * 6))
    await during(stage, () => pair.failOver())
    hasLost(stage)
    await pair.untilCopied()
  },
  'frozen (SIGSTOP)': (stage) =>
    during(stage, async () => {
      const server = stage.pair.primary().process()
      server.kill('SIGSTOP')
      await pause(50 + stage.world.random() * 400)
      server.kill('SIGCONT')
    }).then(() => undefined),
  'full (OOM)': async (stage) => {
    await during(stage, async () => void (await primary(stage, 'CONFIG', 'SET', 'maxmemory', '1')))
    await stage.play(1)
    await primary(stage, 'CONFIG', 'SET', 'maxmemory', '0')
  },
  'evicting (allkeys-random)': async (stage) => {
    const used = Number(/used_memory:(\d+)/.exec(await primary(stage, 'INFO', 'memory'))?.[1])
    await primary(stage, 'CONFIG', 'SET', 'maxmemory-policy', 'allkeys-random')
    const least = String(Math.floor(used * 0.97))
    await during(
      stage,
      async () => void (await primary(stage, 'CONFIG', 'SET', 'maxmemory', least)),
    )
    hasLost(stage)
    await primary(stage, 'CONFIG', 'SET', 'maxmemory', '0')
    await primary(stage, 'CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
  },
  'SCRIPT FLUSH': (stage) =>
    during(stage, async () => void (await primary(stage, 'SCRIPT', 'FLUSH'))).then(() => undefined),
  'connections reset': (stage) =>
    during(stage, async () => stage.pair.reset()).then(() => undefined),
  'a primary that turns replica (READONLY)': async (stage) => {
    await during(stage, async () => void (await primary(stage, 'REPLICAOF', '127.0.0.1', '1')))
    await primary(stage, 'REPLICAOF', 'NO', 'ONE')
    await stage.pair.untilCopied()
  },
  'no replica to write to (NOREPLICAS)': async (stage) => {
    const name = 'min-replicas-to-write'
    await during(stage, async () => void (await primary(stage, 'CONFIG', 'SET', name, '9')))
    await primary(stage, 'CONFIG', 'SET', name, '0')
  },
}
