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

  test('I4: a repeated refresh asks once, a commit twice, a log-in twice, a log-out three times', async () => {
    const client = await MongoClient.connect(mongo.url(), { monitorCommands: true })
    onTestFinished(() => client.close())
    const { sessions, users } = await openStores(mongo.get(), { database: client.db() })
    const asked: string[] = []
    client.on('commandStarted', ({ commandName }) => {
      if (counted.has(commandName)) asked.push(commandName)
    })
    const commandsOf = async (call: () => Promise<unknown>) => {
      asked.length = 0
      await call()
      return [...asked]
    }
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
})
