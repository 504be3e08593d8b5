/** Several workers on one port are one server: built, as processes, on one SQLite file. */

import { readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { connectTo } from '../holds/server.ts'
import { logInOver, refreshOver, registerOver, temporaryFolder } from '../holds/server-process.ts'
import { loggedIn } from '../support/client.ts'
import { freePort } from '../support/redis-server.ts'
import { send } from '../support/send.ts'
import {
  canRunServe,
  isAlive,
  keepConnection,
  runServe,
  startWorkers,
  until,
} from '../support/workers.ts'

/** Goes on until `stop`; every request must be answered, with a status that is expected. */
function loadOn(url: string, newConnections = 0) {
  let isOver = false
  let answered = 0
  let loggedIn = 0
  const failures: string[] = []
  const attempt = async (what: string, request: () => Promise<{ status: number }>) => {
    try {
      const { status } = await request()
      if (status >= 200 && status < 300) answered += 1
      else failures.push(`${what}: ${status}`)
    } catch (error) {
      failures.push(`${what}: ${error}`)
    }
  }
  const drive = async (name: string): Promise<void> => {
    const { send: sendKept, close } = connectTo(url, 1)
    await registerOver(sendKept, name)
    let { body } = await logInOver(sendKept, name)
    loggedIn += 1
    while (!isOver) {
      const accessToken = String(body.accessToken)
      await attempt('guard', () => sendKept('GET', '/protected', { accessToken }))
      await attempt('refresh', async () => {
        const answer = await refreshOver(sendKept, String(body.refreshToken))
        if (answer.status === 200) body = answer.body
        return answer
      })
      // A connection of its own.
      await attempt('new connection', () => sendOnce(url, '/protected', accessToken))
    }
    close()
  }
  const driveNew = async (): Promise<void> => {
    while (!isOver) await attempt('new connection', () => sendOnce(url, '/healthz'))
  }
  const names = ['ada', 'bob', 'cyd', 'dan']
  const driven = Promise.all([
    ...names.map(drive),
    ...Array.from({ length: newConnections }, driveNew),
  ])
  return {
    answered: () => answered,
    /** Nobody is still about to log in: that is part of no test, and would fail with its worker. */
    isUnderWay: () => answered > 50 && loggedIn === names.length,
    failures,
    stop: async () => {
      isOver = true
      await driven
    },
  }
}

async function sendOnce(url: string, path: string, accessToken = '') {
  const { send: sendNow, close } = connectTo(url, 1)
  const answer = await sendNow('GET', path, { accessToken })
  close()
  return answer
}

describe.skipIf(!canRunServe)('serve --workers', { timeout: 60_000 }, () => {
  test('R10: a log-out at one worker is felt at the other within a second', async () => {
    const workers = await startWorkers(temporaryFolder(), 2)
    expect(workers.pids().length).toBe(2)
    const [one, other] = [await keepConnection(workers.url), await keepConnection(workers.url)]
    for (let round = 0; round < 3; round += 1) {
      const client = await loggedIn(workers.url, `ada${round}`)
      const { accessToken } = client.held()
      for (const connection of [one, other]) {
        expect(await connection.get('/protected', accessToken)).toMatch(/^HTTP\/1.1 200 /)
      }
      expect((await client.call('POST', '/auth/logout')).status).toBe(204)
      const endedAt = performance.now()
      for (const connection of [one, other]) {
        await until(async () => / 401 /.test(await connection.get('/protected', accessToken)))
      }
      expect(performance.now() - endedAt).toBeLessThan(1000)
    }
    // The two connections were at different workers: the end of one closes just one of them.
    process.kill(workers.pids()[0] as number, 'SIGKILL')
    await until(() => one.isClosed() || other.isClosed())
    await pause(50)
    expect([one.isClosed(), other.isClosed()].filter(Boolean)).toEqual([true])
  })

  test('a first start by several at once makes one secret and one key, and says everything once', async () => {
    const folder = temporaryFolder()
    const { url, pids, output, complaints } = await startWorkers(folder, 4)
    expect(pids().length).toBe(4)
    expect(readdirSync(folder).filter((name) => name.startsWith('secret'))).toEqual(['secret'])
    for (let request = 0; request < 4; request += 1) {
      const connection = await keepConnection(url)
      const keys = await connection.get('/auth/.well-known/jwks.json')
      expect(keys.match(/"kid"/g)?.length).toBe(1)
      expect(await connection.get('/auth/.well-known/oauth-authorization-server')).toContain(
        `"issuer":"${url}"`,
      )
    }
    expect(output().split('\n').slice(0, 3)).toEqual([
      expect.stringMatching(/^Countersign \S+ with 4 workers listens on http:\S+$/),
      expect.stringContaining('SQLite'),
      expect.stringMatching(/^Each worker takes 1250 connections and hashes .* at a time/),
    ])
    expect(complaints()).toBe('')
  })

  test('a worker that is killed under load is started anew, and the others serve meanwhile', async () => {
    const { url, pids, output, printed } = await startWorkers(temporaryFolder(), 2)
    const before = pids()
    const load = loadOn(url)
    onTestFinished(load.stop)
    await until(load.isUnderWay)
    process.kill(before[0] as number, 'SIGKILL')
    await printed(/"event":"worker_ended"/)
    const answeredThen = load.answered()
    await until(() => load.answered() > answeredThen + 50)
    await printed(/"event":"worker_started"/)
    await load.stop()
    // What was in flight at the one that was killed, and what was handed to it until the primary heard
    // of its end: a request of each of four clients, and its next one.
    expect(load.failures.length).toBeLessThanOrEqual(8)
    expect(output()).toMatch(/"worker_ended","pid":\d+,"code":null,"signal":"SIGKILL"/)
    expect([pids().length, pids().includes(before[0] as number)]).toEqual([2, false])
    expect((await send(`${url}/readyz`, 'GET')).status).toBe(200)
  })

  test('a connection on its way to a worker that dies is closed, so that its client does not wait', async () => {
    const { url, pids } = await startWorkers(temporaryFolder(), 2)
    const [frozen] = pids()
    process.kill(frozen as number, 'SIGSTOP')
    const [one, other] = [await keepConnection(url), await keepConnection(url)]
    await pause(200)
    expect([one.isClosed(), other.isClosed()]).toEqual([false, false])
    process.kill(frozen as number, 'SIGKILL')
    await until(() => one.isClosed() || other.isClosed())
    const kept = one.isClosed() ? other : one
    expect(await kept.get('/healthz')).toMatch(/^HTTP\/1.1 200 /)
  })

  test('M29: SIGHUP replaces every worker under load, and no request fails', async () => {
    const { url, child, pids, printed, complaints } = await startWorkers(temporaryFolder(), 2)
    const before = pids()
    // More than there are workers: some are always waiting for one.
    const load = loadOn(url, 24)
    onTestFinished(load.stop)
    await until(load.isUnderWay)
    child.kill('SIGHUP')
    await printed(/"event":"restart_finished","workers":2/)
    const answeredThen = load.answered()
    await until(() => load.answered() > answeredThen + 50)
    await load.stop()
    expect(load.failures).toEqual([])
    expect(pids().length).toBe(2)
    expect(pids().filter((pid) => before.includes(pid))).toEqual([])
    expect(complaints()).toBe('')
  })

  test('M29: SIGTERM stops all of them with 0', async () => {
    const { child, code, pids } = await startWorkers(temporaryFolder(), 2)
    const all = pids()
    child.kill('SIGTERM')
    expect(await code).toBe(0)
    expect(all.filter(isAlive)).toEqual([])
  })

  test('SIGTERM while the first worker starts ends both', async () => {
    const { child, code, pids, output, complaints } = runServe(temporaryFolder(), [
      '--workers',
      '2',
    ])
    await until(() => pids().length === 1)
    const all = pids()
    const toldAt = performance.now()
    child.kill('SIGTERM')
    expect(await code).toBe(0)
    expect(performance.now() - toldAt).toBeLessThan(10_000)
    expect(all.filter(isAlive)).toEqual([])
    expect([output(), complaints()]).toEqual(['', ''])
  })

  test('a second SIGTERM ends what a client holds up', async () => {
    const { url, child, code, pids } = await startWorkers(temporaryFolder(), 2)
    const { hostname, port } = new URL(url)
    const all = pids()
    const socket = connect(Number(port), hostname)
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => undefined)
    socket.write('POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n')
    socket.write('Content-Length: 100\r\n\r\n{')
    await pause(100)
    child.kill('SIGTERM')
    await pause(300)
    expect(child.exitCode).toBe(null)
    child.kill('SIGTERM')
    await code
    expect(child.signalCode).toBe('SIGTERM')
    await until(() => !all.some(isAlive))
  })

  test('when the process that started them is killed, the workers end', async () => {
    const { child, code, pids } = await startWorkers(temporaryFolder(), 2)
    const all = pids()
    child.kill('SIGKILL')
    await code
    await until(() => !all.some(isAlive))
  })

  test('a start that fails says so once, and ends as it does without workers', async () => {
    const variables = { DATABASE_URL: `postgres://x:y@127.0.0.1:${await freePort()}/z` }
    const alone = runServe(temporaryFolder(), [], variables)
    const several = runServe(temporaryFolder(), ['--workers', '3'], variables)
    expect(await alone.code).toBe(1)
    expect(await several.code).toBe(1)
    expect(several.complaints()).toBe(alone.complaints())
    expect(several.complaints().trim().split('\n').length).toBe(1)
    expect(several.output()).toBe('')
  })

  test('a port in use is one clear sentence', async () => {
    const { url } = await startWorkers(temporaryFolder(), 2)
    const second = runServe(temporaryFolder(), [], { WORKERS: '2', PORT: new URL(url).port })
    expect(await second.code).toBe(1)
    expect(second.complaints()).toMatch(/^Countersign cannot start:\n {2}- port \d+ .* is in use/)
  })
})
