import { describe, expect, test } from 'vitest'
import { drivers, noSignal, openStores } from './fixture.ts'

describe.each(drivers)('the revocation feed in SQLite by %s', (driver) => {
  test('a reader that waits is woken by this handle at once', async () => {
    const { sessions } = await openStores({ driver })
    const waiting = sessions.revocations('0', { waitMilliseconds: 5000, signal: noSignal })
    const startedAt = performance.now()
    await sessions.endAll('ada', 1, 'logout_all')
    expect((await waiting).entries).toHaveLength(1)
    // Sooner than the next look at what other processes have committed.
    expect(performance.now() - startedAt).toBeLessThan(90)
  })
})
