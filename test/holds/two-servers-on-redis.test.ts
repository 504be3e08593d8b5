/** Two server processes on one Redis and one SQLite file are one service; so is the command line. */

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createClient } from 'redis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { leftOut } from '../left-out.ts'
import { freePort, hasRedis, startRedis } from '../support/redis-server.ts'
import {
  createSender,
  logInOver,
  refreshOver,
  registerOver,
  startServerProcess,
  temporaryFolder,
} from './server-process.ts'

const found = hasRedis()
if (!found) leftOut('two servers on one Redis', 'apt-get install redis-server')

const greatestDelayMilliseconds = 1000
const main = join(import.meta.dirname, '../../dist/cli/main.js')

function command(folder: string, line: string, REDIS_URL: string, input = '') {
  const { PATH = '' } = process.env
  const env = { PATH, COUNTERSIGN_DATA: folder, REDIS_URL }
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...line.split(' ')], {
    ...{ env, input, encoding: 'utf8', timeout: 20_000 },
  })
  return { status, stdout, stderr }
}

async function startTwo() {
  const redis = await startRedis(['--save', '', '--appendonly', 'yes'])
  onTestFinished(redis.dispose)
  const folder = temporaryFolder()
  const environment = { REDIS_URL: redis.url }
  const [one, other] = await Promise.all([
    startServerProcess(folder, environment),
    startServerProcess(folder, environment),
  ])
  onTestFinished(() => expect([one.complaints(), other.complaints()]).toEqual(['', '']))
  return { redis, folder, one: createSender(one.url, 4), other: createSender(other.url, 4) }
}

describe.runIf(found)('two servers on one Redis and one file', () => {
  test('R10, R14: what one does, the other knows', async () => {
    const { redis, one, other } = await startTwo()
    expect((await registerOver(one, 'ada')).status).toBe(201)
    const { body } = await logInOver(other, 'ada')
    const refreshed = await refreshOver(one, String(body.refreshToken))
    expect(refreshed.status).toBe(200)
    expect((await refreshOver(other, String(refreshed.body.refreshToken))).status).toBe(200)

    const accessToken = String(refreshed.body.accessToken)
    for (const send of [one, other]) {
      expect((await send('GET', '/protected', { accessToken })).status).toBe(200)
    }
    expect((await one('POST', '/auth/logout', { accessToken })).status).toBe(204)
    const endedAt = performance.now()
    while ((await other('GET', '/protected', { accessToken })).status === 200) {
      expect(performance.now() - endedAt).toBeLessThan(greatestDelayMilliseconds)
      await pause(2)
    }

    const admin = await createClient({ url: redis.url }).connect()
    onTestFinished(() => admin.destroy())
    await admin.flushAll()
    for (const send of [one, other]) {
      const refused = await refreshOver(send, String(refreshed.body.refreshToken))
      expect([refused.status, refused.body.code]).toEqual([401, 'session_ended'])
    }
  })

  test('P9: failures are counted together', async () => {
    const redis = await startRedis(['--save', '', '--appendonly', 'yes'])
    onTestFinished(redis.dispose)
    const folder = temporaryFolder()
    const environment = { REDIS_URL: redis.url, COUNTERSIGN_LOGIN_LIMIT: '2' }
    const servers = [
      await startServerProcess(folder, environment),
      await startServerProcess(folder, environment),
    ].map(({ url }) => createSender(url, 1))
    const guess = (at: number) =>
      servers[at]?.('POST', '/auth/login', { body: { username: 'eve', password: 'guess' } })
    const answers = [await guess(0), await guess(1), await guess(0), await guess(1)]
    expect(answers.map((answer) => answer?.status).slice(0, 2)).toEqual([401, 401])
    expect(answers.map((answer) => answer?.status)).toContain(429)
  })

  test('the command line sees the sessions of the servers, and ends them', async () => {
    const { redis, folder, one, other } = await startTwo()
    const made = command(
      ...[folder, 'user create --username ada', redis.url, 'correct horse battery'],
    )
    expect(made).toMatchObject({ status: 0, stderr: '' })
    const { body } = await logInOver(one, 'ada')
    const listed = command(folder, 'session list ada --json', redis.url)
    const [session] = JSON.parse(listed.stdout) as { id: string }[]
    const ended = command(folder, `session end ada ${session?.id}`, redis.url)
    expect(ended).toMatchObject({ status: 0, stderr: '' })
    expect((await refreshOver(other, String(body.refreshToken))).body.code).toBe('session_ended')
    expect(command(folder, 'session list ada', redis.url).stdout).toBe('No sessions.\n')
    for (const line of ['migrate', 'user disable ada']) {
      expect([line, command(folder, line, redis.url)]).toMatchObject([line, { status: 0 }])
    }
  })

  test('M1: without its Redis the command line does what needs none, and ends', async () => {
    const folder = temporaryFolder()
    const url = `redis://:geheim@127.0.0.1:${await freePort()}`
    const created = command(folder, 'user create --username ada', url, 'correct horse battery')
    expect(created).toMatchObject({ status: 0, stdout: expect.stringContaining('is made') })
    const listed = command(folder, 'session list ada', url)
    expect(listed).toMatchObject({ status: 1, stdout: '' })
    expect(listed.stderr).toContain('A store (DATABASE_URL, REDIS_URL) does not answer')
    expect(created.stderr + listed.stderr).not.toContain('geheim')
    const required = command(folder, 'migrate', 'http://geheim')
    expect(required).toMatchObject({ status: 1, stdout: '' })
    expect(required.stderr).not.toContain('geheim')
  })
})
