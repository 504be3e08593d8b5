import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { hasMongo, startMongo } from '../../support/mongodb-server.ts'
import { handClock, newDatabase, openStores, rawDatabase } from './fixture.ts'
import { addSession, atOnceOf } from './records.ts'

const suite = 'the feed in MongoDB'

describe.runIf(hasMongo(suite))(suite, () => {
  async function twoProcesses(oplog: boolean) {
    const server = await startMongo({ oplog })
    onTestFinished(() => server.dispose())
    const name = newDatabase()
    const writer = await openStores(server, {}, name)
    const reader = await openStores(server, {}, name)
    return { server, name, writer: writer.sessions, reader: reader.sessions }
  }

  test.each([
    ['by looking', false],
    ['by a change stream', true],
  ])(
    'another process sees an ending %s, within a second',
    async (_, oplog) => {
      const { writer, reader } = await twoProcesses(oplog)
      let { cursor } = await reader.revocations(undefined, atOnceOf())
      // The stream needs a moment to be open.
      await reader.revocations(cursor, atOnceOf(1500))
      for (let round = 1; round <= 5; round += 1) {
        const waiting = reader.revocations(cursor, atOnceOf(5000))
        await pause(100)
        const startedAt = performance.now()
        await writer.endAll(`account ${round}`, round, 'logout_all')
        const page = await waiting
        expect(page.entries).toEqual([
          { kind: 'account_ended', accountId: `account ${round}`, epoch: round },
        ])
        expect(performance.now() - startedAt).toBeLessThan(1000)
        cursor = page.cursor
      }
    },
    60_000,
  )

  test('entries of several processes are numbered without a gap, and none is skipped', async () => {
    const { server, name, writer, reader } = await twoProcesses(false)
    const seen: string[] = []
    let { cursor } = await reader.revocations(undefined, atOnceOf())
    const all = Array.from({ length: 200 }, (_, index) => `account ${index}`)
    const writing = Promise.all(
      all.map(async (accountId, index) => {
        await pause(Math.random() * 300)
        await (index % 2 === 0 ? writer : reader).endAll(accountId, 1, 'logout_all')
      }),
    )
    const giveUpAt = performance.now() + 20_000
    while (seen.length < all.length && performance.now() < giveUpAt) {
      const page = await reader.revocations(cursor, atOnceOf(200))
      for (const entry of page.entries) if ('accountId' in entry) seen.push(entry.accountId)
      cursor = page.cursor
    }
    await writing
    expect([...seen].sort()).toEqual([...all].sort())
    const raw = await rawDatabase(server, name)
    const log = raw.collection<{ _id: number }>('countersign_revocations')
    const numbers = (await log.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id)
    expect(numbers).toEqual(all.map((_, index) => index + 1))
  }, 60_000)

  test('M15: the time of a step is the server’s, however the clock of this process is set', async () => {
    const server = await startMongo({ orGiven: true })
    onTestFinished(() => server.dispose())
    const { sessions } = await openStores(server)
    const raw = await rawDatabase(server, 'admin')
    const before = (await raw.command({ isMaster: 1 })).localTime.getTime()
    const now = await sessions.now()
    const after = (await raw.command({ isMaster: 1 })).localTime.getTime()
    expect(now).toBeGreaterThan(before - 250)
    expect(now).toBeLessThan(after + 250)
    const { time, clock } = handClock()
    const set = await openStores(server, { clock })
    await addSession(set.sessions)
    expect(await set.sessions.now()).toBe(time.now)
  }, 60_000)
})
