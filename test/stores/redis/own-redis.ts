/** A Redis of the test's own, and commands on one connection to it. */

import { connectionOf } from '../../../src/stores/redis/client.ts'
import { type Commands, createCommands } from '../../../src/stores/redis/commands.ts'
import { type RedisServer, startRedis } from '../../support/redis-server.ts'

export interface OwnRedis {
  readonly server: RedisServer
  readonly commands: Commands
  dispose(): Promise<void>
}

/** @param deadlineMilliseconds of a command; far more than it takes on a busy machine. @default 10 s */
export async function startOwnRedis(deadlineMilliseconds = 10_000): Promise<OwnRedis> {
  const server = await startRedis()
  const { createClient } = await import('redis')
  const connection = connectionOf(await createClient({ url: server.url }).connect())
  return {
    server,
    commands: createCommands(connection, { deadlineMilliseconds }),
    async dispose() {
      connection.destroy()
      await server.dispose()
    },
  }
}
