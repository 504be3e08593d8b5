/** One helper that builds a working instance: a settable clock, a fresh SQLite file, a real socket. */

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { type Auth, createAuth } from '../../src/auth.ts'
import type { AuthEvent } from '../../src/events.ts'
import { authHandler } from '../../src/node/auth-handler.ts'
import { requireAuth } from '../../src/node/require-auth.ts'
import type { AuthOptions } from '../../src/options/auth-options.ts'

export const testSecret = 'a server secret for tests, of more than 32 bytes'
export const password = 'correct horse battery'

export interface TestAuth {
  readonly auth: Auth
  readonly events: AuthEvent[]
  /** Moves the clock on. */
  advance(milliseconds: number): void
  readonly folder: string
}

interface OpenedAuth extends TestAuth {
  close(): Promise<void>
}

async function openTestAuth(options: AuthOptions): Promise<OpenedAuth> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-test-'))
  let offset = 0
  const auth = await createAuth({
    secret: testSecret,
    dataFolder: folder,
    clock: () => Date.now() + offset,
    // Every test of a file comes from one address; those of the limits set their own.
    limits: { login: { network: 'off' }, register: 'off' },
    ...options,
  })
  const events: AuthEvent[] = []
  auth.on('*', (event) => events.push(event))
  return {
    auth,
    events,
    folder,
    advance: (milliseconds) => {
      offset += milliseconds
    },
    close: async () => {
      await auth.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Built for one test and closed after it. */
export async function createTestAuth(options: AuthOptions = {}): Promise<TestAuth> {
  const opened = await openTestAuth(options)
  onTestFinished(opened.close)
  return opened
}

/** Built once for all tests of a file, on `serveNode`; for tests that do not disturb each other. */
export function shareServer(options: AuthOptions = {}): { readonly get: () => SharedServer } {
  let shared: SharedServer | undefined
  const closers: (() => Promise<void>)[] = []
  beforeAll(async () => {
    const opened = await openTestAuth(options)
    const { base, close } = await open(nodeListener(opened.auth))
    closers.push(close, opened.close)
    shared = { ...opened, base }
  })
  afterAll(async () => {
    for (const close of closers) await close()
  })
  return {
    get: () => {
      if (shared === undefined) throw new Error('the server is up only inside tests')
      return shared
    },
  }
}

export interface SharedServer extends TestAuth {
  readonly base: string
}

async function open(listener: RequestListener) {
  const server: Server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}

/** Listens on a free port of this machine for one test. @returns the base URL. */
export async function listen(listener: RequestListener): Promise<string> {
  const { base, close } = await open(listener)
  onTestFinished(close)
  return base
}

/** The routes, and every other path guarded, on plain `node:http`. */
export const serveNode = (auth: Auth): Promise<string> => listen(nodeListener(auth))

function nodeListener(auth: Auth): RequestListener {
  const handle = authHandler(auth)
  const verify = requireAuth(auth)
  return async (request, response) => {
    if (handle(request, response)) return
    const claims = await verify(request, response)
    if (claims === undefined) return
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ user: claims.sub }))
  }
}
