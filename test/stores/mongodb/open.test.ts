import { describe, expect, onTestFinished, test } from 'vitest'
import { createAuth } from '../../../src/auth.ts'
import { contractLifetimes } from '../../../src/stores/contract/index.ts'
import { openMongoStores } from '../../../src/stores/mongodb/open.ts'
import { hasMongo, shareMongo } from '../../support/mongodb-server.ts'
import { freePort } from '../../support/redis-server.ts'
import { createTestAuth, password } from '../../support/test-server.ts'
import { newDatabase, rawDatabase } from './fixture.ts'

const suite = 'opening MongoDB'

test('a server that is not there is told at the start, without the URL', async () => {
  const database = `mongodb://ada:hunter2@127.0.0.1:${await freePort()}/app?serverSelectionTimeoutMS=300`
  const opening = openMongoStores({ database, ...contractLifetimes })
  await expect(opening).rejects.toThrow('The MongoDB server of DATABASE_URL does not answer')
  await expect(opening).rejects.not.toThrow(/hunter2/)
})

test('a URL that the driver does not understand is told without a piece of it', async () => {
  const opening = openMongoStores({ database: 'mongodb://a:hunter2@/x', ...contractLifetimes })
  await expect(opening).rejects.toThrow(/^DATABASE_URL is not a MongoDB URL/)
})

test('what is no database is a mistake of the options, by name', async () => {
  const database = { query: () => {} } as never
  await expect(createAuth({ database })).rejects.toThrow(
    'database must be a URL, a pg.Pool, a Db of mongodb',
  )
  await expect(createAuth({ database: 'mongodb:' })).rejects.toThrow('database (DATABASE_URL) must')
})

describe.runIf(hasMongo(suite))(suite, () => {
  const mongo = shareMongo()

  test('eight processes that start at once on an empty database agree', async () => {
    const database = mongo.url()
    const opened = await Promise.all(
      Array.from({ length: 8 }, () => openMongoStores({ database, ...contractLifetimes })),
    )
    onTestFinished(async () => void (await Promise.all(opened.map((one) => one.close()))))
    const abort = new AbortController()
    const cursors = await Promise.all(
      opened.map(({ sessions }) =>
        sessions.revocations(undefined, { waitMilliseconds: 0, signal: abort.signal }),
      ),
    )
    expect(new Set(cursors.map(({ cursor }) => cursor)).size).toBe(1)
  }, 60_000)

  test('a Db and a connection of Mongoose are taken as they are, and stay open', async () => {
    const name = newDatabase()
    const raw = await rawDatabase(mongo.get(), name)
    const { default: mongoose } = await import('mongoose')
    // Not awaited: it may still be connecting.
    const connection = mongoose.createConnection(mongo.get().url(name))
    onTestFinished(() => connection.close())
    const byDb = await createTestAuth({ database: raw })
    const byMongoose = await createTestAuth({ database: connection })
    await byDb.auth.register({ username: 'ada', password })
    const { user } = await byMongoose.auth.login({ username: 'ada', password })
    await byDb.auth.close()
    await byMongoose.auth.close()
    expect(await raw.collection('countersign_users').countDocuments()).toBe(1)
    const users = connection.collection<{ _id: string }>('countersign_users')
    expect((await users.findOne({ _id: user.id }))?._id).toBe(user.id)
  }, 60_000)

  test('every collection is read from the primary and in plain numbers, whatever the client does', async () => {
    const name = newDatabase()
    const raw = await rawDatabase(mongo.get(), name)
    const asked: [string, object | undefined][] = []
    const { auth } = await createTestAuth({
      database: {
        databaseName: name,
        command: (command) => raw.command(command),
        collection: (collection, options) => {
          asked.push([collection, options])
          return raw.collection(collection, options)
        },
      },
    })
    await auth.register({ username: 'ada', password })
    expect(asked.length).toBeGreaterThan(8)
    for (const [collection, options] of asked) {
      expect(collection).toMatch(/^countersign_/)
      expect(options).toMatchObject({ readPreference: 'primary', promoteValues: true })
    }
  }, 60_000)

  test('a restart on the same database keeps log-ins, and keeps dead what is dead', async () => {
    const database = mongo.url()
    const first = await createTestAuth({ database })
    await first.auth.register({ username: 'ada', password })
    const kept = await first.auth.login({ username: 'ada', password })
    const ended = await first.auth.login({ username: 'ada', password })
    await first.auth.logout({ refreshToken: ended.session.refreshToken })
    await first.auth.close()
    const { auth } = await createTestAuth({ database })
    await expect(auth.verify(ended.session.accessToken)).rejects.toMatchObject({
      code: 'session_ended',
    })
    await expect(auth.refresh(ended.session.refreshToken)).rejects.toMatchObject({
      code: 'session_ended',
    })
    expect((await auth.refresh(kept.session.refreshToken)).refreshToken).toBeTruthy()
  }, 60_000)
})
