/** The standalone server inside the test's own process, stopped when the test has finished. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { AuthOptions } from '../../src/options/auth-options.ts'
import type { ServerSettings } from '../../src/server/environment.ts'
import { type RunningServer, startServer } from '../../src/server/start-server.ts'
import { testSecret } from './test-server.ts'

export async function startStandalone(
  options: AuthOptions = {},
  settings: Partial<ServerSettings> = {},
): Promise<RunningServer> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'countersign-server-'))
  onTestFinished(() => rmSync(dataFolder, { recursive: true, force: true }))
  const server = await startServer(
    {
      host: '127.0.0.1',
      port: 0,
      production: false,
      connectionLimit: 1000,
      ...settings,
      options: { dataFolder, secret: testSecret, ...options },
    },
    '1.2.3',
  )
  onTestFinished(() => server.stop())
  return server
}
