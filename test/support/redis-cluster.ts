/** A Redis Cluster of six nodes, three with a replica each, all on this machine. */

import { setTimeout as pause } from 'node:timers/promises'
import { freePort, type RedisServer, redisCli, startRedis } from './redis-server.ts'

export interface RedisCluster {
  readonly url: string
  readonly nodes: readonly RedisServer[]
  dispose(): Promise<void>
}

const nodeCount = 6

export async function startCluster(): Promise<RedisCluster> {
  const nodes: RedisServer[] = []
  const dispose = async () => void (await Promise.all(nodes.map((node) => node.dispose())))
  try {
    for (let index = 0; index < nodeCount; index += 1) nodes.push(await startNode())
    const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`)
    const [first] = nodes as [RedisServer, ...RedisServer[]]
    const create = ['--cluster', 'create', ...addresses, '--cluster-replicas', '1', '--cluster-yes']
    const said = redisCli(first.port, ...create)
    for (const { port } of nodes) await untilWhole(port, said)
    return { url: `redis+cluster://${addresses.slice(0, 3).join(',')}`, nodes, dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}

async function startNode(): Promise<RedisServer> {
  // Its second port would be above the last one that there is, if it were left to Redis.
  const busPort = String(await freePort())
  const cluster = ['--cluster-enabled', 'yes', '--cluster-port', busPort]
  const patience = ['--cluster-node-timeout', '1500', '--cluster-replica-validity-factor', '0']
  return startRedis(['--save', '', '--appendonly', 'no', ...cluster, ...patience])
}

async function untilWhole(port: number, said: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const isOk = redisCli(port, 'CLUSTER', 'INFO').includes('cluster_state:ok')
    const replicas = redisCli(port, 'CLUSTER', 'NODES').match(/\bslave\b/g)?.length ?? 0
    if (isOk && replicas === nodeCount / 2) return
    await pause(50)
  }
  throw new Error(`the cluster does not form: ${said}`)
}
