/** The store contract over TLS, as a user with no more rights than are needed. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { contractLifetimes } from '../../../src/stores/contract/index.ts'
import { openRedisStores } from '../../../src/stores/redis/open.ts'
import { bundledProgram } from '../../support/bundled-program.ts'
import { hasRedis, redisIsMissing } from '../../support/redis-server.ts'
import { hasOpenssl, startTlsRedis } from '../../support/redis-tls.ts'

const isLeftOut = !hasRedis() || !hasOpenssl()
if (isLeftOut) redisIsMissing('Redis over TLS (with openssl)')

interface Line {
  readonly title: string
  readonly outcome: string
  readonly error?: string
}

async function runThere(variables: Readonly<Record<string, string>>): Promise<readonly Line[]> {
  const child = spawn(process.execPath, ['--input-type=module', '-'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...variables },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stdin.end(await bundledProgram("import './tls-contract.ts'", import.meta.url))
  await once(child, 'close')
  const lines = output.split('\n').filter(Boolean)
  return lines.map((line) => JSON.parse(line) as Line)
}

describe.skipIf(isLeftOut)('over TLS', () => {
  test('the store contract holds for a user of one prefix and few commands', async () => {
    const { url, authority, server } = await startTlsRedis('mine-')
    onTestFinished(server.dispose)
    const environment = { REDIS_URL: url, REDIS_PREFIX: 'mine-', NODE_EXTRA_CA_CERTS: authority }
    const lines = await runThere(environment)
    expect(lines.length).toBeGreaterThan(100)
    const last = lines.at(-1)
    expect(last).toMatchObject({ title: 'elsewhere', outcome: expect.stringContaining('NOPERM') })
    const failed = lines.slice(0, -1).filter(({ outcome }) => outcome === 'failed')
    expect(failed).toEqual([])
    const leftOut = lines.filter(({ outcome }) => outcome === 'left_out')
    expect(leftOut.every(({ error }) => error?.includes('cannot be lost'))).toBe(true)
  }, 120_000)

  test('a certificate of an authority that is not known is refused', async () => {
    const { url, server } = await startTlsRedis('mine-')
    onTestFinished(server.dispose)
    const errors: string[] = []
    const onError = (error: unknown) => void errors.push(String(error))
    const stores = await openRedisStores({ redis: url, onError, ...contractLifetimes })
    onTestFinished(() => stores.sessions.close())
    await expect.poll(() => errors.join()).toMatch(/certificate/i)
    await expect(stores.sessions.ping()).rejects.toMatchObject({ code: 'temporarily_unavailable' })
  })
})
