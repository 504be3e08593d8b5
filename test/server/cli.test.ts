/** The built command, as an operator calls it. */

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { environmentVariables } from '../../src/options/environment.ts'
import { serverVariables } from '../../src/server/environment.ts'
import { claimsOf, loggedIn } from '../support/client.ts'
import { send } from '../support/send.ts'
import { password } from '../support/test-server.ts'

const main = join(import.meta.dirname, '../../dist/cli/main.js')

interface Run {
  readonly child: ChildProcess
  readonly output: () => string
  readonly code: Promise<number | null>
}

function run(input: readonly string[], variables: Record<string, string> = {}): Run {
  const dataFolder = mkdtempSync(join(tmpdir(), 'countersign-cli-'))
  const { PATH = '' } = process.env
  const env = { PATH, PORT: '0', COUNTERSIGN_DATA: join(dataFolder, 'data'), ...variables }
  const child = spawn(process.execPath, [main, ...input], { env, cwd: dataFolder })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
  }
  const code = new Promise<number | null>((resolve) => child.on('close', resolve))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await code
    rmSync(dataFolder, { recursive: true, force: true })
  })
  return { child, output: () => output, code }
}

async function urlOf({ output, code }: Run): Promise<string> {
  const over = code.then(() => {
    throw new Error(`it ended: ${output()}`)
  })
  const found = async (): Promise<string> => {
    for (;;) {
      const url = /listens on (http:\S+)/.exec(output())?.[1]
      if (url !== undefined) return url
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  return Promise.race([found(), over])
}

describe.skipIf(!existsSync(main))('countersign', () => {
  test('serve --help lists every variable and exits 0', async () => {
    const help = run(['serve', '--help'])
    expect(await help.code).toBe(0)
    for (const [name, value] of [...serverVariables, ...environmentVariables]) {
      expect(help.output()).toMatch(
        new RegExp(`^  ${name} +${value.replaceAll(/[.*+?^()|]/g, '.')}`, 'm'),
      )
    }
  })

  test('help and --version exit 0', async () => {
    for (const input of [[], ['help'], ['--help'], ['-h']]) {
      const help = run(input)
      expect([input, await help.code]).toEqual([input, 0])
      expect(help.output()).toContain('Usage: countersign <command>')
    }
    const version = run(['--version'])
    expect([await version.code, version.output()]).toEqual([
      0,
      expect.stringMatching(/^\d+\.\d+\.\d+/),
    ])
  })

  test('an unknown command or argument exits 2', async () => {
    for (const input of [['start'], ['--nonsense'], ['__proto__'], ['serve', 'now']]) {
      const misused = run(input)
      expect([input, await misused.code]).toEqual([input, 2])
      expect(misused.output()).toContain('Usage')
    }
  })

  test('mistakes in the environment exit 1, all at once, without a stack and without secrets', async () => {
    const wrong = run(['serve'], {
      NODE_ENV: 'production',
      COUNTERSIGN_SECRET: 'too-short',
      COUNTERSIGN_ACCESS_LIFETIME: 'soon',
    })
    expect(await wrong.code).toBe(1)
    expect(wrong.output()).toMatch(/issuer[\s\S]*secret[\s\S]*accessToken\.lifetime/)
    expect(wrong.output()).not.toMatch(/too-short|\n {4}at /)
  })

  test('R16, M29: it serves, logs no token or session id, and stops on SIGTERM with 0', async () => {
    const server = run(['serve'])
    const url = await urlOf(server)
    const client = await loggedIn(url, 'ada')
    const { accessToken, refreshToken } = client.held()
    const { sid } = claimsOf(accessToken)
    await client.refresh()
    await client.call('POST', '/auth/logout')
    await send(`${url}/auth/login`, 'POST', { body: { username: 'ada', password: 'wrong one' } })
    server.child.kill('SIGTERM')
    expect(await server.code).toBe(0)
    expect(server.output()).toContain('"event":"session_ended"')
    for (const value of [accessToken, refreshToken, sid, client.held().refreshToken, password]) {
      expect(server.output()).not.toContain(value)
    }
  })

  test('R14: a restart keeps log-ins, and keeps dead what is dead', async () => {
    const data = mkdtempSync(join(tmpdir(), 'countersign-restart-'))
    onTestFinished(() => rmSync(data, { recursive: true, force: true }))
    const first = run(['serve'], { COUNTERSIGN_DATA: data })
    const url = await urlOf(first)
    const [alive, dead] = [await loggedIn(url, 'ada'), await loggedIn(url, 'ada')]
    await dead.call('POST', '/auth/logout')
    first.child.kill('SIGKILL')
    await first.code

    const second = run(['serve'], { COUNTERSIGN_DATA: data, PORT: new URL(url).port })
    expect(await urlOf(second)).toBe(url)
    expect((await alive.call('GET', '/protected')).status).toBe(200)
    expect((await alive.refresh()).status).toBe(200)
    expect((await dead.call('GET', '/protected')).body.code).toBe('session_ended')
    expect((await dead.refresh()).body.code).toBe('session_ended')
  })
})
