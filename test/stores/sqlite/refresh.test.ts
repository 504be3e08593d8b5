import { describe, expect, test } from 'vitest'
import {
  committedToken,
  drivers,
  minute,
  newSession,
  openStores,
  policy,
  successorOf,
  temporaryPath,
} from './fixture.ts'

describe.each(drivers)('a refresh in SQLite by %s', (driver) => {
  async function oneSession(path = temporaryPath()) {
    const opened = await openStores({ driver, path })
    const session = newSession('ada', opened.time.now)
    await opened.sessions.create(session, 20)
    return { ...opened, path, session, token: committedToken(session, opened.time.now) }
  }

  test('a fork and the commit of its successor move the session', async () => {
    const { sessions, session, token, time } = await oneSession()
    const fork = await sessions.refresh(session.id, token, policy)
    expect(fork).toMatchObject({ decision: { outcome: 'forked' }, now: time.now })
    expect(fork.session).toMatchObject({ status: 'live', id: session.id, generation: 1 })
    time.now += 1000
    const successor = successorOf(token, time.now)
    const commit = await sessions.refresh(session.id, successor, policy)
    expect(commit.decision.outcome).toBe('committed')
    expect(await sessions.find(session.id)).toMatchObject({
      generation: 2,
      recentCommits: [time.now],
      forks: 0,
    })
  })

  test('a committed session stays live for another inactivity timeout', async () => {
    const { sessions, session, token, time } = await oneSession()
    time.now += policy.inactivityTimeout - minute
    const successor = successorOf(token, time.now - minute)
    await sessions.refresh(session.id, successor, policy)
    time.now += policy.inactivityTimeout - minute
    expect(await sessions.list('ada', 0)).toHaveLength(1)
  })

  test('a replayed token ends the session and tells the feed', async () => {
    const { sessions, session, token, time } = await oneSession()
    await sessions.refresh(session.id, successorOf(token, time.now), policy)
    time.now += minute
    const step = await sessions.refresh(session.id, token, policy)
    expect(step.decision.outcome).toBe('replayed')
    expect(step.session).toMatchObject({ status: 'live' })
    expect(await sessions.find(session.id)).toMatchObject({ reason: 'refresh_token_replayed' })
    const signal = AbortSignal.timeout(1000)
    const page = await sessions.revocations(undefined, { waitMilliseconds: 0, signal })
    expect(page.entries).toEqual([{ kind: 'session_ended', sessionId: session.id }])
    expect((await sessions.refresh(session.id, token, policy)).decision.outcome).toBe('ended')
  })

  test('a successor that is never adopted ends the session', async () => {
    const { sessions, session, token, time } = await oneSession()
    const outcomes: string[] = []
    for (let index = 0; index < 20; index += 1) {
      time.now += policy.accessLifetime
      outcomes.push((await sessions.refresh(session.id, token, policy)).decision.outcome)
    }
    expect(outcomes.at(-2)).toBe('forked')
    expect(outcomes.at(-1)).toBe('not_adopted')
    expect(await sessions.find(session.id)).toMatchObject({ reason: 'refresh_token_not_adopted' })
  })

  test('a missing session is never restored', async () => {
    const { sessions, token } = await oneSession()
    const step = await sessions.refresh(
      'missing',
      { ...token, restorable: true },
      { ...policy, restoreMissing: true },
    )
    expect(step).toMatchObject({ decision: { outcome: 'ended' }, session: undefined })
  })

  test('of 200 parallel uses of one successor over two handles one commits, the rest fork', async () => {
    const first = await oneSession()
    const second = await openStores({ driver, path: first.path })
    const successor = successorOf(first.token, first.time.now)
    const steps = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        (index % 2 === 0 ? first : second).sessions.refresh(first.session.id, successor, policy),
      ),
    )
    const outcomes = steps.map(({ decision }) => decision.outcome)
    expect(outcomes.filter((outcome) => outcome === 'committed')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'forked')).toHaveLength(199)
  })

  test('of 200 parallel siblings over two handles exactly one commits', async () => {
    const first = await oneSession()
    const second = await openStores({ driver, path: first.path })
    const siblings = Array.from({ length: 200 }, () => successorOf(first.token, first.time.now))
    const steps = await Promise.all(
      siblings.map((sibling, index) =>
        (index % 2 === 0 ? first : second).sessions.refresh(first.session.id, sibling, policy),
      ),
    )
    const winners = steps.flatMap(({ decision }, index) =>
      decision.outcome === 'committed' ? [siblings[index]] : [],
    )
    expect(winners).toHaveLength(1)
    const found = await second.sessions.find(first.session.id)
    const winner = winners[0]?.hash ?? new Uint8Array()
    // A sibling of the same generation is no ancestor of anything: the loser is a second holder.
    if (found?.status === 'live') expect(Buffer.from(found.hash).equals(winner)).toBe(true)
    else expect(found).toMatchObject({ reason: 'refresh_token_replayed' })
  })
})
