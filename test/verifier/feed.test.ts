import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Revocation, RevocationPage, SessionStore } from '../../src/stores/ports.ts'
import { createFeedFollower } from '../../src/verifier/feed.ts'

const ended = (sessionId: string): Revocation => ({ kind: 'session_ended', sessionId })

/** A feed that answers as told, one answer a read, and then waits until it is aborted. */
function scriptedFeed(answers: (RevocationPage | Error | 'hang')[]) {
  const cursors: (string | undefined)[] = []
  const applied: Revocation[] = []
  let now = 0
  const read: SessionStore['revocations'] = (cursor, { signal }) => {
    cursors.push(cursor)
    const answer = answers.shift()
    if (answer instanceof Error) return Promise.reject(answer)
    if (answer === 'hang') return new Promise(() => {})
    if (answer !== undefined) return Promise.resolve(answer)
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  }
  const apply = (entries: readonly Revocation[]) => void applied.push(...entries)
  const follower = createFeedFollower({ read, apply, now: () => now, waitMilliseconds: 1000 })
  const wait = (milliseconds: number) => {
    now += milliseconds
  }
  return { follower, cursors, applied, wait }
}

describe('following the revocation feed', () => {
  it('start resolves when the first page is applied', async () => {
    const { follower, applied } = scriptedFeed([{ entries: [ended('s1')], cursor: '1' }])
    await follower.start()
    expect(applied).toEqual([ended('s1')])
    await follower.stop()
  })

  it('start resolves when there is no more: only then is all known', async () => {
    const full = (id: string) => ({ entries: [ended(id)], cursor: id, more: true })
    const { follower, applied, cursors } = scriptedFeed([
      full('s1'),
      full('s2'),
      { entries: [ended('s3')], cursor: 's3' },
    ])
    const starting = follower.start()
    expect(follower.stalenessMilliseconds()).toBe(Number.POSITIVE_INFINITY)
    await starting
    expect(applied).toEqual([ended('s1'), ended('s2'), ended('s3')])
    expect(cursors.slice(0, 3)).toEqual([undefined, 's1', 's2'])
    expect(follower.stalenessMilliseconds()).toBe(0)
    await follower.stop()
  })

  it('what is behind is not current, and a failure on the way begins again', async () => {
    const { follower, wait, cursors } = scriptedFeed([
      { entries: [], cursor: '0' },
      { entries: [ended('s1')], cursor: '1', more: true },
      'hang',
    ])
    await follower.start()
    wait(700)
    await pause(50)
    expect(cursors).toEqual([undefined, '0', '1'])
    expect(follower.stalenessMilliseconds()).toBe(700)
    await follower.stop()
    const failing = scriptedFeed([
      { entries: [ended('s1')], cursor: '1', more: true },
      new Error('gone'),
    ])
    await failing.follower.start()
    expect(failing.follower.stalenessMilliseconds()).toBe(Number.POSITIVE_INFINITY)
    await pause(150)
    expect(failing.cursors).toEqual([undefined, '1', undefined])
    await failing.follower.stop()
  })

  it('each read goes on from the cursor of the page before', async () => {
    const { follower, cursors, applied } = scriptedFeed([
      { entries: [ended('s1')], cursor: '1' },
      { entries: [ended('s2')], cursor: '2' },
    ])
    await follower.start()
    await pause(5)
    expect(cursors).toEqual([undefined, '1', '2'])
    expect(applied).toEqual([ended('s1'), ended('s2')])
    await follower.stop()
  })

  it('after an error it starts again without a cursor', async () => {
    const { follower, cursors, applied } = scriptedFeed([
      { entries: [ended('s1')], cursor: '9' },
      new Error('gone'),
      { entries: [ended('s2')], cursor: '1' },
    ])
    await follower.start()
    await pause(200)
    expect(cursors).toEqual([undefined, '9', undefined, '1'])
    expect(applied).toEqual([ended('s1'), ended('s2')])
    await follower.stop()
  })

  it('start resolves after a failure too; tries go on, with growing pauses', async () => {
    const { follower, cursors } = scriptedFeed(Array.from({ length: 50 }, () => new Error('down')))
    await follower.start()
    expect(follower.stalenessMilliseconds()).toBe(Number.POSITIVE_INFINITY)
    await pause(500)
    expect(cursors.length).toBe(3)
    await follower.stop()
  })

  it('staleness counts from the beginning of the last good read', async () => {
    const { follower, wait } = scriptedFeed([{ entries: [], cursor: '1' }])
    expect(follower.stalenessMilliseconds()).toBe(Number.POSITIVE_INFINITY)
    await follower.start()
    expect(follower.stalenessMilliseconds()).toBe(0)
    wait(1500)
    expect(follower.stalenessMilliseconds()).toBe(1500)
    await follower.stop()
  })

  it('the time that a read takes counts as staleness', async () => {
    let now = 0
    const follower = createFeedFollower({
      async read() {
        now += 300
        return { entries: [], cursor: '1' }
      },
      apply: () => {},
      now: () => now,
      waitMilliseconds: 1000,
    })
    const started = follower.start()
    const stopped = started.then(() => follower.stop())
    await started
    expect(follower.stalenessMilliseconds()).toBe(300)
    await stopped
  })

  it('only a read after the last page waits for news', async () => {
    const waits: number[] = []
    const pages = [true, true, false].map((more) => ({ entries: [ended('s1')], more }))
    const follower = createFeedFollower({
      async read(_, { waitMilliseconds }) {
        waits.push(waitMilliseconds)
        return { entries: [], ...pages.shift(), cursor: '1' }
      },
      apply: () => {},
      now: () => 0,
      waitMilliseconds: 1000,
    })
    await follower.start()
    await pause(50)
    await follower.stop()
    expect(waits.slice(0, 4)).toEqual([0, 0, 0, 1000])
  })

  it('others have their turn between two pages, also where the store answers at once', async () => {
    let pages = 0
    let turns = 0
    const follower = createFeedFollower({
      async read() {
        pages += 1
        return { entries: [ended('s1')], cursor: '1', ...(pages < 50 && { more: true }) }
      },
      apply: () => {},
      now: () => 0,
      waitMilliseconds: 1000,
    })
    const count = (): void => {
      turns += 1
      if (pages < 50) setImmediate(count)
    }
    setImmediate(count)
    await follower.start()
    expect(turns).toBeGreaterThanOrEqual(48)
    await follower.stop()
  })

  it('an entry that cannot be applied is read again', async () => {
    const cursors: (string | undefined)[] = []
    const follower = createFeedFollower({
      async read(cursor) {
        cursors.push(cursor)
        return { entries: [ended('s1')], cursor: '1' }
      },
      apply() {
        throw new Error('no')
      },
      now: () => 0,
      waitMilliseconds: 1000,
    })
    await follower.start()
    await pause(130)
    await follower.stop()
    expect(cursors).toEqual([undefined, undefined])
  })

  it('a store that does not wait is not read in a hot loop', async () => {
    const empty = { entries: [], cursor: '1' }
    const { follower, cursors } = scriptedFeed(Array.from({ length: 10_000 }, () => empty))
    await follower.start()
    await pause(100)
    expect(cursors.length).toBeLessThan(10)
    await follower.stop()
  })

  it('stop ends the loop even when the store never comes back', async () => {
    const { follower, cursors } = scriptedFeed([{ entries: [], cursor: '1' }, 'hang'])
    await follower.start()
    await pause(50)
    await follower.stop()
    expect(cursors).toHaveLength(2)
    await follower.stop()
  })

  it('starting twice follows once, and stopping before starting is no error', async () => {
    const { follower, cursors } = scriptedFeed([])
    void follower.start()
    void follower.start()
    await follower.stop()
    expect(cursors).toHaveLength(1)
    const other = scriptedFeed([])
    await other.follower.stop()
    await other.follower.start()
    expect(other.cursors).toHaveLength(0)
  })
})
