/**
 * A service in a process of its own that checks the tokens it was given, over and over, and tells
 * when the first check refused one.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createVerifier } from '../../src/resource-server/index.ts'
import { bundledProgram } from '../support/bundled-program.ts'

interface Settings {
  readonly issuer: string
  readonly redis: string
}

interface Refusal {
  readonly token: string
  /** The clock that all processes of a machine share, in nanoseconds. */
  readonly at: string
}

export interface WatchingService {
  watch(tokens: readonly string[]): Promise<void>
  /** When it first refused the token, in nanoseconds. */
  refused(token: string): Promise<bigint>
  close(): Promise<void>
}

export async function startWatchingService(settings: Settings): Promise<WatchingService> {
  const child = spawn(process.execPath, ['--input-type=module', '-'], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['pipe', 'inherit', 'inherit', 'ipc'],
  })
  const program = "import { obeyParent } from './watching-service.ts'\nawait obeyParent()"
  child.stdin?.end(await bundledProgram(program, import.meta.url))
  await once(child, 'message')
  child.send(settings)
  await once(child, 'message')
  const refusals = new Map<string, (at: bigint) => void>()
  child.on('message', (message) => {
    const { token, at } = message as Refusal
    if (token !== undefined) refusals.get(token)?.(BigInt(at))
  })
  return {
    async watch(tokens) {
      const watching = once(child, 'message')
      child.send(tokens)
      await watching
    },
    refused: (token) => new Promise((resolve) => refusals.set(token, resolve)),
    async close() {
      const gone = once(child, 'exit')
      child.kill()
      await gone
    },
  }
}

/** What the child does. */
export async function obeyParent(): Promise<void> {
  const tell = (message: unknown): unknown => process.send?.(message)
  tell('started')
  const [{ issuer, redis }] = (await once(process, 'message')) as [Settings]
  const verifier = createVerifier({ issuer, revocations: { redis } })
  while (
    !(await verifier.ready().then(
      () => true,
      () => false,
    ))
  ) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  tell('ready')

  let alive = new Set<string>()
  process.on('message', async (tokens: string[]) => {
    for (const token of tokens) await verifier.verify(token)
    alive = new Set(tokens)
    tell('watching')
  })
  const checkAll = (): void => {
    for (const token of alive) {
      try {
        void verifier.verify(token)
      } catch {
        alive.delete(token)
        tell({ token, at: String(process.hrtime.bigint()) })
      }
    }
    setTimeout(checkAll, 1)
  }
  checkAll()
}
