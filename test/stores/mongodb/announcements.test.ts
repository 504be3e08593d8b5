import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { uuidV7 } from '../../../src/crypto/uuid.ts'
import { hasMongo, type MongoServer, startMongo } from '../../support/mongodb-server.ts'
import { handClock, openStores, rawDatabase } from './fixture.ts'
import { addSession, atOnceOf, newAccount } from './records.ts'

const suite = 'endings that are broken off in MongoDB'

describe.runIf(hasMongo(suite))(suite, () => {
  let server: MongoServer
  beforeAll(async () => {
    server = await startMongo({ orGiven: true })
  }, 60_000)
  afterAll(() => server.dispose())

  /** Stores, and the collections under them, to leave in them what a crash leaves. */
  async function brokenOff() {
    const { time, clock } = handClock()
    const { stores, name } = await openStores(server, { clock })
    const raw = await rawDatabase(server, name)
    return { stores, time, clock, name, raw }
  }

  test('I3: a session that ended without an announcement is announced by whoever reads next', async () => {
    const { stores, time, name, clock, raw } = await brokenOff()
    const { session } = await addSession(stores.sessions)
    // What a process leaves that is killed between the two writes.
    await raw
      .collection<{ _id: string }>('countersign_sessions')
      .updateOne(
        { _id: session.id },
        { $set: { status: 'ended', endReason: 'logout', unannouncedSince: time.now } },
      )
    const { sessions } = await openStores(server, { clock }, name)
    expect((await sessions.revocations(undefined, atOnceOf())).entries).toEqual([])
    time.now += 1001
    const { sessions: later } = await openStores(server, { clock }, name)
    const entry = { kind: 'session_ended', sessionId: session.id }
    expect((await later.revocations(undefined, atOnceOf())).entries).toEqual([entry])
    const { sessions: again } = await openStores(server, { clock }, name)
    expect((await again.revocations(undefined, atOnceOf())).entries).toEqual([entry])
    const left = { unannouncedSince: { $exists: true } }
    expect(await raw.collection('countersign_sessions').countDocuments(left)).toBe(0)
  })

  test('I3: an entry of the ended list without an announcement is announced likewise', async () => {
    const { time, name, clock, raw } = await brokenOff()
    const sessionId = uuidV7(time.now)
    await raw.collection<{ _id: string }>('countersign_ended_sessions').insertOne({
      _id: sessionId,
      ...{ accountId: uuidV7(time.now), reason: 'logout' },
      ...{ endedAt: time.now, unannouncedSince: time.now },
    })
    time.now += 1001
    const { sessions } = await openStores(server, { clock }, name)
    const { entries } = await sessions.revocations(undefined, atOnceOf())
    expect(entries).toEqual([{ kind: 'session_ended', sessionId }])
  })

  test.each([
    ['account_ended', { epoch: 4 }],
    ['account_changed', { changedAt: 1_800_000_000_000 }],
  ] as const)(
    'I3: the note %s of an account is announced with what holds now',
    async (kind, what) => {
      const { stores, time, name, clock, raw } = await brokenOff()
      const account = newAccount('ada')
      await stores.users.create(account)
      const users = raw.collection<{ _id: string }>('countersign_users')
      const outbox = [{ id: 'note', at: time.now, kind }]
      await users.updateOne({ _id: account.id }, { $set: { outbox, sessionEpoch: 4 } })
      time.now += 1001
      const { sessions } = await openStores(server, { clock }, name)
      const { entries } = await sessions.revocations(undefined, atOnceOf())
      expect(entries).toEqual([{ kind, accountId: account.id, ...what }])
      expect(await users.findOne({ _id: account.id })).toMatchObject({ outbox: [] })
    },
  )

  test('R14: a deletion that was broken off is finished, and only the external id stays', async () => {
    const { stores, time, name, clock, raw } = await brokenOff()
    const account = newAccount('ada', { externalId: 'e1' })
    const other = newAccount('grace')
    await stores.users.create(account)
    await stores.users.create(other)
    await stores.users.delete(account.id)
    const users = raw.collection<{ _id: string }>('countersign_users')
    const kept = { _id: account.id, externalId: 'e1', deletedAt: time.now }
    expect(await users.findOne({ _id: account.id })).toEqual(kept)
    const outbox = [{ id: 'note', at: time.now, kind: 'account_ended' }]
    await users.updateOne({ _id: other.id }, { $set: { outbox, deletedAt: time.now } })
    expect(await stores.users.findById(other.id)).toBeUndefined()
    time.now += 1001
    const { sessions } = await openStores(server, { clock }, name)
    expect((await sessions.revocations(undefined, atOnceOf())).entries).toHaveLength(2)
    expect(await users.findOne({ _id: other.id })).toBeNull()
  })

  test('a session limit that was decided and not carried out is carried out by the next', async () => {
    const { stores, time, raw } = await brokenOff()
    const { session, accountId } = await addSession(stores.sessions)
    await raw.collection<{ _id: string }>('countersign_session_limits').insertOne({
      _id: accountId,
      ...{ revision: 1, over: [session.id], at: time.now },
    })
    const { session: second } = await addSession(stores.sessions, { accountId }, 2)
    const { session: third } = await addSession(stores.sessions, { accountId }, 2)
    expect((await stores.sessions.find(session.id))?.status).toBe('ended')
    const listed = await stores.sessions.list(accountId, 0)
    expect(listed.map(({ id }) => id).sort()).toEqual([second.id, third.id].sort())
  })
})
