/** `kill -9` at any moment loses no account and no session, and brings no ended session back. */

import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import {
  keepLoggingOut,
  keepRefreshing,
  keepRegistering,
  nothingPromised,
  type Promised,
} from './kill-load.ts'
import {
  createSender,
  logInOver,
  refreshOver,
  registerOver,
  type Send,
  startServerProcess,
  temporaryFolder,
} from './server-process.ts'

const rounds = 4
const clients = ['ada', 'bob', 'cyd', 'dan', 'eve', 'fay']
const leaver = 'lee'

async function expectKept(send: Send, promised: Promised): Promise<void> {
  for (const client of clients) {
    const answer = await refreshOver(send, promised.newest.get(client) as string)
    expect({ client, ...answer }).toMatchObject({ client, status: 200 })
    promised.newest.set(client, String(answer.body.refreshToken))
    const accessToken = String(answer.body.accessToken)
    expect((await send('GET', '/protected', { accessToken })).status).toBe(200)
  }
  for (const { accessToken, refreshToken } of promised.loggedOut) {
    expect((await refreshOver(send, refreshToken)).body.code).toBe('session_ended')
    expect((await send('GET', '/protected', { accessToken })).status).toBe(401)
  }
  for (const name of promised.accounts) {
    expect({ name, ...(await logInOver(send, name)) }).toMatchObject({ name, status: 200 })
  }
  expect(promised.surprises).toEqual([])
}

test('every answer given before kill -9 still holds after the restart', async () => {
  const folder = temporaryFolder()
  const promised = nothingPromised()
  let server = await startServerProcess(folder)
  let send = createSender(server.url, 16)
  await registerOver(send, leaver)
  for (const client of clients) {
    await registerOver(send, client)
    promised.newest.set(client, String((await logInOver(send, client)).body.refreshToken))
  }
  for (let round = 0; round < rounds; round += 1) {
    const load = [
      ...clients.map((client) => keepRefreshing(send, promised, client)),
      keepRegistering(send, promised, `round-${round}`),
      keepLoggingOut(send, promised, leaver),
    ]
    const after = 300 + Math.random() * 500
    await pause(after)
    await server.kill()
    await Promise.all(load)
    expect(promised.refreshes).toBeGreaterThan(clients.length)

    server = await startServerProcess(folder)
    send = createSender(server.url, 16)
    await expectKept(send, promised)
    // A log-in is costly; a log-out is held to its promise after every later kill too.
    promised.accounts.clear()
    promised.refreshes = 0
  }
})
