/** What signals do to a server that runs in one process, as `countersign serve` starts it. */

import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../holds/server-process.ts'
import { send } from '../support/send.ts'
import { canRunServe, isAlive, runServe, until } from '../support/workers.ts'

describe.skipIf(!canRunServe)('signals to a server without workers', { timeout: 60_000 }, () => {
  test('SIGHUP is told what it is for, and serves on', async () => {
    const alone = runServe(temporaryFolder(), [])
    await alone.printed(/listens on http:\S+\n/)
    alone.child.kill('SIGHUP')
    await until(() => alone.complaints().includes('SIGHUP starts workers anew'))
    const url = /listens on (http:\S+)/.exec(alone.output())?.[1]
    expect((await send(`${url}/healthz`, 'GET')).status).toBe(200)
    expect(alone.pids()).toEqual([])
  })

  test.each([
    ['SIGTERM', 0],
    ['SIGHUP', null],
  ] as const)('%s that comes with the line of the address is heeded', async (signal, code) => {
    const alone = runServe(temporaryFolder(), [], { NODE_OPTIONS: sendingAtAddress(signal) })
    if (code !== null) return expect(await alone.code).toBe(code)
    await until(() => alone.complaints().includes('SIGHUP starts workers anew'))
    expect(isAlive(alone.child.pid ?? 0)).toBe(true)
  })
})

/** Makes the server send itself the signal in the write that tells its address. */
function sendingAtAddress(signal: NodeJS.Signals): string {
  const script = `const write = process.stdout.write.bind(process.stdout)
process.stdout.write = (chunk, ...rest) => {
  if (String(chunk).includes(' listens on ')) process.kill(process.pid, '${signal}')
  return write(chunk, ...rest)
}`
  return `--import data:text/javascript,${encodeURIComponent(script)}`
}
