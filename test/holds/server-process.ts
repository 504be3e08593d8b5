/** `server.ts` for tests: what a test starts is dead, and its folder gone, when it has finished. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { connectTo, type Send, type ServerProcess, spawnServer } from './server.ts'

export {
  type Answer,
  accountPassword,
  logInOver,
  refreshOver,
  registerOver,
  requireBuild,
  type Send,
} from './server.ts'

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-holds-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
  return folder
}

/** Resolves when the server has printed its URL. */
export async function startServerProcess(
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const server = await spawnServer(folder, environment)
  onTestFinished(server.kill)
  return server
}

export function createSender(url: string, connections: number): Send {
  const { send, close } = connectTo(url, connections)
  onTestFinished(close)
  return send
}
