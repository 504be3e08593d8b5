import { MongoClient } from 'mongodb'
import { describe, expect, onTestFinished, test } from 'vitest'
import { hasMongo, shareMongo } from '../../support/mongodb-server.ts'
import { openStores } from './fixture.ts'
import { addSession, newAccount, policy, successorOf } from './records.ts'

const suite = 'round trips to MongoDB'
const counted = new Set([
  ...['find', 'insert', 'update', 'delete', 'findAndModify', 'aggregate', 'getMore'],
])

describe.runIf(hasMongo(suite))(suite, () => {
  const mongo = shareMongo()

  /** @param of the collection whose commands are counted; all without it. */
  async function watched(of?: string) {
    const client = await MongoClient.connect(mongo.url(), { monitorCommands: true })
    onTestFinished(() => client.close())
    const stores = await openStores(mongo.get(), { database: client.db() })
    const seen: string[] = []
    client.on('commandStarted', ({ commandName, command }) => {
      const isOfIt = of === undefined || command[commandName] === of
      if (counted.has(commandName) && isOfIt) seen.push(commandName)
    })
    const asked = async (call: () => Promise<unknown>) => {
      seen.length = 0
      await call()
      return [...seen]
    }
    return { ...stores, asked }
  }

  test('I4: a repeated refresh asks once, a commit twice, a log-in twice, a log-out three times', async () => {
    const { sessions, users, asked: commandsOf } = await watched()
    const account = newAccount('ada')
    await users.create(account)
    const { session, token, accountId } = await addSession(sessions, { forkedAt: 1 })
    // The first fork of an access-token lifetime is counted.
    await sessions.refresh(session.id, token, policy)
    const refresh = (presented = token) => sessions.refresh(session.id, presented, policy)
    expect(await commandsOf(() => refresh())).toEqual(['find'])
    expect(await commandsOf(() => refresh(successorOf(token)))).toEqual(['find', 'update'])
    expect(await commandsOf(() => users.refreshAccount(account.id))).toEqual(['find'])
    expect(await commandsOf(() => addSession(sessions, { accountId }, 20))).toEqual([
      'insert',
      'find',
    ])
    // The first announcement of a process looks where the log ends.
    await sessions.endAll('nobody', 1, 'logout_all')
    expect(await commandsOf(() => sessions.end(session.id, accountId, 'logout'))).toEqual([
      ...['update', 'insert', 'update'],
    ])
  }, 60_000)

  test('the counters of a try are one read and a write each, whatever they are', async () => {
    const { attempts, asked } = await watched('countersign_attempts')
    const rule = { windowMilliseconds: 60_000, windowFrom: 'last', limit: 2 } as const
    const entries = ['a', 'b', 'c'].map((key) => ({ key, rule }))
    const take = () => attempts.takeAll(entries)
    expect(await asked(take)).toEqual(['find', 'insert', 'insert', 'insert'])
    expect(await asked(take)).toEqual(['find', 'update', 'update', 'update'])
    // A refusal is known from the read.
    expect(await asked(take)).toEqual(['find'])
    const clear = () => attempts.settle(['a', 'b'].map((key) => ({ key, change: 'clear' })))
    expect(await asked(clear)).toEqual(['delete', 'delete'])
    const giveBack = () => attempts.settle([{ key: 'c', change: 'give_back' }])
    expect(await asked(giveBack)).toEqual(['update', 'delete'])
  }, 60_000)
})
