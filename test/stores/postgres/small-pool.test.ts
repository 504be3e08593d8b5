/** An application's pool that has one connection, as serverless functions have. */

import pg from 'pg'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { sharedPostgres } from '../../support/postgres-server.ts'
import { createTestAuth, password } from '../../support/test-server.ts'

const server = await sharedPostgres('a pool of one connection')
afterAll(() => server?.dispose())

describe.runIf(server)('a pool of one connection', () => {
  test('serves requests while the feed is followed', async () => {
    const pool = new pg.Pool({ connectionString: (await server?.createDatabase()) ?? '', max: 1 })
    onTestFinished(() => pool.end())
    const { auth } = await createTestAuth({ database: pool })
    await auth.register({ username: 'ada', password })
    const { session } = await auth.login({ username: 'ada', password })
    await expect(auth.refresh(session.refreshToken)).resolves.toBeDefined()
    const health = await auth.health()
    expect(health.ready).toBe(true)
  })
})
