/**
 * The built server as a process of its own: started, spoken to over HTTP, killed by its pid.
 *
 * Knows no test runner, so that `npm run soak:kill` uses it too; `server-process.ts` cleans up after
 * a test.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { Agent, request as httpRequest } from 'node:http'
import { join } from 'node:path'

/** The command of the checkout that the program was started in. */
const main = join(process.cwd(), 'dist', 'cli', 'main.js')

export interface ServerProcess {
  readonly url: string
  readonly pid: number
  /** All that the process has written to stderr: nothing, when nothing went wrong. */
  complaints(): string
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>
}

/** Every server has the same issuer, whichever port it took. */
const settings = {
  PORT: '0',
  HOST: '127.0.0.1',
  COUNTERSIGN_ISSUER: 'http://localhost',
  // A kill counts what it cut off as failed, and all that is made here comes from one address.
  COUNTERSIGN_LOGIN_LIMIT: 'off',
  COUNTERSIGN_REGISTER_LIMIT: 'off',
}

export function requireBuild(): void {
  if (existsSync(main)) return
  throw new Error('dist/ is missing: run `npm run build` first, as `npm test` does.')
}

/** Resolves when the server has printed its URL. */
export async function spawnServer(
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  requireBuild()
  const child = spawn(process.execPath, [main, 'serve'], {
    env: { ...process.env, ...settings, COUNTERSIGN_DATA: folder, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await gone
  }
  let complaint = ''
  child.stderr?.on('data', (chunk) => {
    complaint += chunk
  })
  const complaints = (): string => complaint
  try {
    return { url: await firstUrl(child, complaints), pid: child.pid ?? 0, complaints, kill }
  } catch (error) {
    await kill()
    throw error
  }
}

function firstUrl(child: ChildProcess, complaints: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    child.stdout?.on('data', (chunk) => {
      if (printed.includes('\n')) return
      printed += chunk
      const found = /(http:\/\/\S+)\n/.exec(printed)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.once('close', () => reject(new Error(`the server ended: ${complaints()}`)))
  })
}

export interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
}

/** Sends one request; rejects when the connection breaks before the whole answer is there. */
export type Send = (
  method: string,
  path: string,
  options?: { readonly body?: unknown; readonly accessToken?: string },
) => Promise<Answer>

export interface Connection {
  readonly send: Send
  close(): void
}

export function connectTo(url: string, connections: number): Connection {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const send: Send = (method, path, { body, accessToken } = {}) =>
    new Promise((resolve, reject) => {
      const headers = {
        'Content-Type': 'application/json',
        ...(accessToken !== undefined && { Authorization: `Bearer ${accessToken}` }),
      }
      const outgoing = httpRequest(url + path, { method, agent, headers }, (incoming) => {
        let text = ''
        incoming.setEncoding('utf8')
        incoming.on('data', (chunk) => {
          text += chunk
        })
        incoming.on('error', reject)
        incoming.on('end', () => {
          if (!incoming.complete) return reject(new Error('the answer broke off'))
          resolve({ status: incoming.statusCode ?? 0, body: text === '' ? {} : JSON.parse(text) })
        })
      })
      outgoing.on('error', reject)
      outgoing.end(body === undefined ? undefined : JSON.stringify(body))
    })
  return { send, close: () => agent.destroy() }
}

export const accountPassword = 'correct horse battery'

export const registerOver = (send: Send, username: string): Promise<Answer> =>
  send('POST', '/auth/register', { body: { username, password: accountPassword } })

export const logInOver = (send: Send, username: string): Promise<Answer> =>
  send('POST', '/auth/login', { body: { username, password: accountPassword } })

export const refreshOver = (send: Send, refreshToken: string): Promise<Answer> =>
  send('POST', '/auth/refresh-token', { body: { refreshToken } })
