import { describe, expect, test } from 'vitest'
import { committedToken, drivers, newSession, openStores, policy } from './fixture.ts'

describe.each(drivers)('a refresh in SQLite by %s', (driver) => {
  test('a missing session is never restored', async () => {
    const { sessions, time } = await openStores({ driver })
    const token = committedToken(newSession('ada', time.now), time.now)
    const step = await sessions.refresh(
      'missing',
      { ...token, restorable: true },
      { ...policy, restoreMissing: true },
    )
    expect(step).toMatchObject({ decision: { outcome: 'ended' }, session: undefined })
  })
})
