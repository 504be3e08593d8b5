import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { bundledProgram } from '../../support/bundled-program.ts'
import type { Won, Work } from './contender.ts'
import { drivers, newSession, openStores, policy, temporaryPath } from './fixture.ts'

describe.each(drivers)('three processes on one SQLite file by %s', (driver) => {
  test('every username and every successor is won once', async () => {
    const path = temporaryPath()
    const { sessions, time } = await openStores({ driver, path })
    const contested = Array.from({ length: 100 }, () => newSession('ada', time.now))
    for (const session of contested) await sessions.create(session, 1000)
    const work: Work = {
      path,
      driver,
      policy,
      now: time.now,
      usernames: Array.from({ length: 50 }, (_, index) => `user-${index}`),
      sessions: contested.map(({ id, hash }) => ({
        id,
        hashHex: Buffer.from(hash).toString('hex'),
      })),
    }
    const code = await bundledProgram("import './contender.ts'", import.meta.url)
    const contenders = await Promise.all([start(code), start(code), start(code)])
    const won = await Promise.all(contenders.map((child) => finish(child, work)))
    expect(won.reduce((sum, { accounts }) => sum + accounts, 0)).toBe(50)
    expect(won.reduce((sum, { commits }) => sum + commits, 0)).toBe(100)
  })
})

async function start(code: string) {
  const child = spawn(process.execPath, ['--input-type=module', '-'], {
    stdio: ['pipe', 'inherit', 'inherit', 'ipc'],
  })
  child.stdin?.end(code)
  await once(child, 'message')
  return child
}

async function finish(child: Awaited<ReturnType<typeof start>>, work: Work): Promise<Won> {
  child.send(work)
  const [won] = await once(child, 'message')
  return won as Won
}
