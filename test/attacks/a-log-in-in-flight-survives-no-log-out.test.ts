/**
 * A log-in that is under way while every session ends gets nothing that is worth anything (I3, R9).
 *
 * It reads the account beside adding its session, so both orders are played: what decides is the epoch.
 */

import { expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { contractLifetimes } from '../../src/stores/contract/index.ts'
import { openMemoryStores } from '../../src/stores/memory/index.ts'
import type { Stores } from '../../src/stores/ports.ts'
import { createTestAuth, password } from '../support/test-server.ts'

/** Runs `meanwhile` once, between the reading of the account and the new session, or the reverse. */
function between(
  real: Stores,
  first: 'read' | 'create',
  meanwhile: () => Promise<unknown>,
): Stores {
  let ran: Promise<unknown> | undefined
  let isFirstDone = (): void => undefined
  const firstDone = new Promise<void>((resolve) => {
    isFirstDone = resolve
  })
  const step =
    (name: typeof first) =>
    <Input extends readonly unknown[], Result>(call: (...input: Input) => Promise<Result>) =>
    async (...input: Input): Promise<Result> => {
      if (ran !== undefined) return call(...input)
      if (name === first) {
        const result = await call(...input)
        isFirstDone()
        return result
      }
      await firstDone
      ran ??= meanwhile()
      await ran
      return call(...input)
    }
  return {
    ...real,
    users: { ...real.users, refreshAccount: step('read')(real.users.refreshAccount) },
    sessions: { ...real.sessions, create: step('create')(real.sessions.create) },
  }
}

test.each([
  ['create', 'a new password'],
  ['read', 'a new password'],
  ['create', 'a disabling'],
  ['read', 'a disabling'],
] as const)(
  'I3, R9: a log-in of which only the %s came before %s is worth nothing',
  async (first, ending) => {
    const real = await openMemoryStores({ clock: systemClock, ...contractLifetimes })
    const end = async (): Promise<void> => {
      if (ending === 'a disabling') await auth.users.disable(id)
      else await auth.users.setPassword(id, 'a much better battery')
    }
    const stores = between(real, first, end)
    const { auth } = await createTestAuth({ stores, clock: systemClock })
    const { user } = await auth.register({ username: 'ada', password })
    const id = user.id
    const login = auth.login({ username: 'ada', password })
    if (first === 'create') {
      await expect(login).rejects.toMatchObject({ code: 'session_ended' })
    } else {
      const { accessToken, refreshToken } = (await login).session
      const ended = { code: 'session_ended' }
      await expect(auth.refresh(refreshToken)).rejects.toMatchObject(ended)
      await expect(async () => auth.verify(accessToken)).rejects.toMatchObject(ended)
    }
    expect(await real.sessions.list(id, 1)).toEqual([])
  },
)
