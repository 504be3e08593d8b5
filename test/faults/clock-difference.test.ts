/** G14, M15: two processes on one file whose clocks differ by ten minutes. */

import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type Auth, createAuth } from '../../src/auth.ts'
import type { AuthEvent } from '../../src/events.ts'
import { password, testSecret } from '../support/test-server.ts'
import { temporaryFolder } from './files.ts'

const minute = 60_000
const week = 7 * 24 * 60 * minute

async function twoNodes() {
  const path = join(temporaryFolder(), 'auth.db')
  const time = { now: 1_800_000_000_000 }
  const events: AuthEvent[] = []
  const open = async (offset: number): Promise<Auth> => {
    const auth = await createAuth({
      secret: testSecret,
      database: `sqlite:${path}`,
      clock: () => time.now + offset,
      session: { limit: 'off' },
      passwords: { concurrency: 1 },
    })
    onTestFinished(() => auth.close())
    auth.on('*', (event) => events.push(event))
    return auth
  }
  const nodes = [await open(5 * minute), await open(-5 * minute)] as const
  await nodes[0].register({ username: 'ada', password })
  const logIn = async (node: Auth) =>
    (await node.login({ username: 'ada', password })).session.refreshToken
  return { nodes, time, events, logIn }
}

const refusal = (auth: Auth, token: string): Promise<string> =>
  auth.refresh(token).then(
    () => 'refreshed',
    (error: { code: string }) => error.code,
  )

test('G14: in a week of alternate refreshes no session is lost, and none that ended returns', async () => {
  const { nodes, time, events, logIn } = await twoNodes()
  const alive = []
  for (let index = 0; index < 4; index += 1) alive.push(await logIn(nodes[index % 2] as Auth))
  const ended: string[] = []
  const end = time.now + week
  let refreshes = 0
  for (let step = 0; time.now < end; step += 1) {
    // From a few seconds, where the two clocks disagree on what came first, to most of an hour.
    time.now += step % 7 === 0 ? 3000 : 8 * minute + (step % 5) * 9 * minute
    for (const [index, token] of alive.entries()) {
      const node = nodes[(step + index) % 2] as Auth
      // Every fourth answer is lost, and asked for again at the other node.
      if (step % 4 === 0) await node.refresh(token)
      alive[index] = (await (nodes[(step + index + 1) % 2] as Auth).refresh(token)).refreshToken
      refreshes += 1
    }
    if (step % 50 === 0) {
      const token = await logIn(nodes[0])
      await nodes[step % 100 === 0 ? 0 : 1].logout({ refreshToken: token })
      ended.push(token)
    }
    for (const token of ended.slice(-2)) {
      for (const node of nodes) {
        expect(await refusal(node, token)).toMatch(/^(session_ended|refresh_token_expired)$/)
      }
    }
  }
  expect(refreshes).toBeGreaterThan(1000)
  expect(ended.length).toBeGreaterThan(4)
  const endings = events.filter(({ type }) => type === 'session_ended')
  expect(endings.map((event) => 'reason' in event && event.reason)).toEqual(
    ended.map(() => 'logout'),
  )
})

test('M15: an access token from the future is refused until its time has come', async () => {
  const { nodes, time } = await twoNodes()
  const [fast, slow] = nodes
  const { session } = await fast.login({ username: 'ada', password })
  expect(await fast.verify(session.accessToken)).toMatchObject({ sid: session.sessionId })
  await expect(slow.verify(session.accessToken)).rejects.toMatchObject({ code: 'invalid_token' })
  time.now += 10 * minute
  expect(await slow.verify(session.accessToken)).toMatchObject({ sid: session.sessionId })
})
