import { describe, expect, test } from 'vitest'
import { day, drivers, minute, newSession, openStores, policy } from './fixture.ts'

describe.each(drivers)('sessions in SQLite by %s', (driver) => {
  test('a created session is found as it was given', async () => {
    const { sessions, time } = await openStores({ driver })
    const session = { ...newSession('ada', time.now), recentCommits: [3, 2] }
    expect(await sessions.create(session, 20)).toEqual([])
    const found = await sessions.find(session.id)
    expect(found).toEqual({ ...session, hash: expect.any(Uint8Array), status: 'live' })
    expect(found?.status === 'live' && Buffer.from(found.hash).equals(session.hash)).toBe(true)
    expect(await sessions.find('missing')).toBeUndefined()
    expect(await sessions.now()).toBe(time.now)
  })

  test('over the limit the oldest live sessions end', async () => {
    const { sessions, time } = await openStores({ driver })
    const ids: string[] = []
    for (let index = 0; index < 4; index += 1) {
      const session = newSession('ada', time.now)
      ids.push(session.id)
      const ended = await sessions.create(session, 2)
      expect(ended).toEqual(index < 2 ? [] : [ids[index - 2]])
      time.now += 1000
    }
    expect(await sessions.find(ids[0] as string)).toEqual({
      status: 'ended',
      id: ids[0],
      accountId: 'ada',
      reason: 'session_limit',
    })
    expect((await sessions.list('ada', 0)).map(({ id }) => id)).toEqual([ids[3], ids[2]])
  })

  test('other accounts, older epochs and idle sessions do not count towards the limit', async () => {
    const { sessions, time } = await openStores({ driver })
    await sessions.create(newSession('ada', time.now), 1)
    time.now += policy.inactivityTimeout + policy.accessLifetime + 1
    expect(await sessions.create(newSession('ada', time.now), 1)).toEqual([])
    expect(await sessions.create(newSession('grace', time.now), 1)).toEqual([])
    expect(await sessions.create(newSession('ada', time.now, 1), 1)).toEqual([])
  })

  test('without a limit nothing ends', async () => {
    const { sessions, time } = await openStores({ driver })
    await sessions.create(newSession('ada', time.now), Infinity)
    expect(await sessions.create(newSession('ada', time.now), Infinity)).toEqual([])
  })

  test('the list leaves out what has ended, is too old or has a lower epoch', async () => {
    const { sessions, time } = await openStores({ driver })
    const old = newSession('ada', time.now, 0)
    const session = newSession('ada', time.now, 1)
    const ended = newSession('ada', time.now, 1)
    for (const each of [old, session, ended]) await sessions.create(each, 20)
    await sessions.end(ended.id, 'ada', 'logout')
    expect((await sessions.list('ada', 1)).map(({ id }) => id)).toEqual([session.id])
    expect(await sessions.list('ada', 0)).toHaveLength(2)
    time.now += policy.inactivityTimeout + policy.accessLifetime + 1
    expect(await sessions.list('ada', 0)).toEqual([])
  })

  test('a session ends once, and only for its own account', async () => {
    const { sessions, time } = await openStores({ driver })
    const session = newSession('ada', time.now)
    await sessions.create(session, 20)
    expect(await sessions.end(session.id, 'grace', 'logout')).toBe(false)
    const outcomes = await Promise.all([
      sessions.end(session.id, 'ada', 'remote_logout'),
      sessions.end(session.id, 'ada', 'logout'),
    ])
    expect(outcomes).toEqual([true, false])
    expect(await sessions.find(session.id)).toMatchObject({ reason: 'remote_logout' })
    expect(await sessions.end('missing', 'ada', 'logout')).toBe(false)
  })

  test('ending all leaves other accounts and earlier reasons alone', async () => {
    const { sessions, time } = await openStores({ driver })
    const [first, second, other] = ['ada', 'ada', 'grace'].map((id) => newSession(id, time.now))
    if (!first || !second || !other) throw new Error('three sessions')
    for (const each of [first, second, other]) await sessions.create(each, 20)
    await sessions.end(first.id, 'ada', 'logout')
    await sessions.endAll('ada', 1, 'password_changed')
    expect(await sessions.find(first.id)).toMatchObject({ reason: 'logout' })
    expect(await sessions.find(second.id)).toMatchObject({ reason: 'password_changed' })
    expect(await sessions.find(other.id)).toMatchObject({ status: 'live' })
  })

  test('pruning removes sessions a day after their absolute end, and feed entries later', async () => {
    const { sessions, time } = await openStores({ driver })
    const session = newSession('ada', time.now)
    await sessions.create(session, 20)
    await sessions.end(session.id, 'ada', 'logout')
    time.now += policy.absoluteLifetime + day - minute
    await sessions.prune()
    expect(await sessions.find(session.id)).toBeDefined()
    time.now += 2 * minute
    await sessions.prune()
    expect(await sessions.find(session.id)).toBeUndefined()
  })
})
