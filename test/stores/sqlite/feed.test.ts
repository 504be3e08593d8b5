import { describe, expect, test } from 'vitest'
import {
  drivers,
  minute,
  newSession,
  noSignal,
  openStores,
  policy,
  temporaryPath,
} from './fixture.ts'

describe.each(drivers)('the revocation feed in SQLite by %s', (driver) => {
  const atOnce = { waitMilliseconds: 0, signal: noSignal }
  const patient = { waitMilliseconds: 5000, signal: noSignal }

  test('endings come in order after the cursor', async () => {
    const { sessions, time } = await openStores({ driver })
    const start = await sessions.revocations(undefined, atOnce)
    expect(start).toEqual({ entries: [], cursor: '0' })
    const session = newSession('ada', time.now)
    await sessions.create(session, 20)
    await sessions.end(session.id, 'ada', 'logout')
    await sessions.endAll('ada', 3, 'logout_all')
    const page = await sessions.revocations(start.cursor, atOnce)
    expect(page.entries).toEqual([
      { kind: 'session_ended', sessionId: session.id },
      { kind: 'account_ended', accountId: 'ada', epoch: 3 },
    ])
    expect((await sessions.revocations(page.cursor, atOnce)).entries).toEqual([])
  })

  test('without a cursor it begins one access-token lifetime ago', async () => {
    const { sessions, time } = await openStores({ driver })
    await sessions.endAll('long ago', 1, 'logout_all')
    time.now += policy.accessLifetime + 2 * minute
    await sessions.endAll('just now', 1, 'logout_all')
    const page = await sessions.revocations(undefined, atOnce)
    expect(page.entries).toMatchObject([{ accountId: 'just now' }])
    expect(page.cursor).toBe('2')
  })

  test('a cursor stays true when the feed is pruned', async () => {
    const { sessions, time } = await openStores({ driver })
    await sessions.endAll('ada', 1, 'logout_all')
    time.now += 2 * policy.accessLifetime + 2 * minute
    await sessions.prune()
    const page = await sessions.revocations(undefined, atOnce)
    expect(page).toEqual({ entries: [], cursor: '1' })
    await sessions.endAll('grace', 1, 'logout_all')
    expect((await sessions.revocations(page.cursor, atOnce)).entries).toHaveLength(1)
  })

  test('a cursor from the future begins anew', async () => {
    const { sessions } = await openStores({ driver })
    await sessions.endAll('ada', 1, 'logout_all')
    expect(await sessions.revocations('99', patient)).toMatchObject({
      entries: [{ accountId: 'ada' }],
      cursor: '1',
    })
  })

  test('a reader that waits is woken by this handle at once', async () => {
    const { sessions } = await openStores({ driver })
    const waiting = sessions.revocations('0', patient)
    const startedAt = performance.now()
    await sessions.endAll('ada', 1, 'logout_all')
    expect((await waiting).entries).toHaveLength(1)
    expect(performance.now() - startedAt).toBeLessThan(90)
  })

  test('a reader that waits sees what another handle on the file ends', async () => {
    const path = temporaryPath()
    const first = await openStores({ driver, path })
    const second = await openStores({ driver, path })
    const session = newSession('ada', first.time.now)
    await first.sessions.create(session, 20)
    const waiting = second.sessions.revocations('0', patient)
    await new Promise((resolve) => setTimeout(resolve, 150))
    const startedAt = performance.now()
    await first.sessions.end(session.id, 'ada', 'logout')
    expect((await waiting).entries).toEqual([{ kind: 'session_ended', sessionId: session.id }])
    expect(performance.now() - startedAt).toBeLessThan(1000)
    expect(await second.sessions.find(session.id)).toMatchObject({ status: 'ended' })
  })

  test('waiting ends with an empty page by time, by signal and by close', async () => {
    const { sessions, stores } = await openStores({ driver })
    const empty = { entries: [], cursor: '0' }
    const brief = { waitMilliseconds: 20, signal: noSignal }
    expect(await sessions.revocations('0', brief)).toEqual(empty)
    const abort = new AbortController()
    const aborted = sessions.revocations('0', { waitMilliseconds: 5000, signal: abort.signal })
    setTimeout(() => abort.abort(), 20)
    expect(await aborted).toEqual(empty)
    const closed = sessions.revocations('0', patient)
    setTimeout(() => stores.close(), 20)
    expect(await closed).toEqual(empty)
  })
})
