/** The store contract on every form of Redis, and through every client that may be handed over. */

import { Redis as Ioredis, Cluster as IoredisCluster } from 'ioredis'
import { createClient, createCluster } from 'redis'
import { afterAll } from 'vitest'
import { startCluster } from '../../support/redis-cluster.ts'
import { startSentinel } from '../../support/redis-sentinel.ts'
import { hasRedis, redisIsMissing, startRedis } from '../../support/redis-server.ts'
import { contractLeftOut, contractTests } from '../contract/contract-tests.ts'
import { redisFactory } from './factory.ts'

const rounds = 2

const clientsOf = async (url: string, clusterPorts: readonly number[]) => {
  const nodes = clusterPorts.map((port) => ({ host: '127.0.0.1', port }))
  return {
    redis: await createClient({ url }).connect(),
    redisCluster: await createCluster({
      rootNodes: nodes.map(({ port }) => ({ url: `redis://127.0.0.1:${port}` })),
    }).connect(),
    ioredis: new Ioredis(url),
    ioredisCluster: new IoredisCluster(nodes),
  }
}

if (hasRedis()) {
  const [single, cluster, sentinel] = await Promise.all([
    startRedis(),
    startCluster(),
    startSentinel(),
  ])
  const clusterPorts = cluster.nodes.map(({ port }) => port)
  const clients = await clientsOf(single.url, clusterPorts)
  const ioredisSentinel = new Ioredis({
    name: sentinel.name,
    sentinels: [{ host: '127.0.0.1', port: sentinel.sentinel.port }],
  })
  afterAll(async () => {
    clients.redis.destroy()
    clients.redisCluster.destroy()
    for (const client of [clients.ioredis, clients.ioredisCluster, ioredisSentinel]) {
      client.disconnect()
    }
    await Promise.all([single.dispose(), cluster.dispose(), sentinel.dispose()])
  })
  const forms = {
    'one Redis by a client of the package redis': [clients.redis, [single.port]],
    'one Redis by a client of the package ioredis': [clients.ioredis, [single.port]],
    'a Cluster by URL': [cluster.url, clusterPorts],
    'a Cluster by a client of the package redis': [clients.redisCluster, clusterPorts],
    'a Cluster by a client of the package ioredis': [clients.ioredisCluster, clusterPorts],
    'a Sentinel by URL': [sentinel.url, [sentinel.primary.port]],
    'a Sentinel by a client of the package ioredis': [ioredisSentinel, [sentinel.primary.port]],
  } as const
  for (const [index, [name, [redis, ports]]] of Object.entries(forms).entries()) {
    const form = () => ({ redis, ports, prefix: `form-${index}-` })
    contractTests(name, redisFactory(form), [], 'apart', rounds)
  }
} else {
  redisIsMissing('the store contract on every form of Redis')
  contractLeftOut('every form of Redis')
}
