/** `DELETE /sessions/:id` where the store knows nothing of the session: whose it is decides (R12). */

import { expect, onTestFinished, test } from 'vitest'
import { uuidV7 } from '../../src/crypto/uuid.ts'
import { endAccountSession, endOwnSession } from '../../src/flows/sessions.ts'
import { createTestAuth } from '../../src/testing/index.ts'

const day = 86_400_000

async function setUp() {
  const { auth, loginAs, clock, events, close } = await createTestAuth()
  onTestFinished(close)
  const { context } = auth.http.core
  const ended: string[] = []
  // A store that has lost all, and notes what it is told to end.
  const forgetful = {
    ...context,
    sessions: {
      ...context.sessions,
      find: async () => undefined,
      end: async (sessionId: string) => {
        ended.push(sessionId)
        return true
      },
    },
  }
  const [ada, bob] = [await loginAs('ada'), await loginAs('bob')]
  const caller = { accountId: ada.user.id, sessionId: ada.sessionId }
  const other = await loginAs('ada')
  return { auth, context: forgetful, caller, other, bob, ended, clock, events }
}

test('R12: a lost session of the caller is ended, however often', async () => {
  const { auth, context, caller, other, ended } = await setUp()
  for (let tries = 0; tries < 2; tries += 1) await endOwnSession(context, caller, other.sessionId)
  expect(ended).toEqual([other.sessionId, other.sessionId])
  await expect(async () => auth.verify(other.accessToken)).rejects.toMatchObject({
    code: 'session_ended',
  })
})

test('R12: a lost session of somebody else, and an id that nobody was given, is not found', async () => {
  const { auth, context, caller, bob, ended, clock } = await setUp()
  for (const id of [bob.sessionId, uuidV7(clock.now()), 'x', '']) {
    await expect(endOwnSession(context, caller, id)).rejects.toMatchObject({ code: 'not_found' })
  }
  expect(ended).toEqual([])
  expect(await auth.verify(bob.accessToken)).toMatchObject({ sid: bob.sessionId })
})

test('an administrator ends a lost session of the account that is named', async () => {
  const { context, caller, other, bob, ended } = await setUp()
  await endAccountSession(context, caller.accountId, other.sessionId)
  const foreign = endAccountSession(context, caller.accountId, bob.sessionId)
  await expect(foreign).rejects.toMatchObject({ code: 'not_found' })
  expect(ended).toEqual([other.sessionId])
})

test('a session that can no longer come back is not put on the list', async () => {
  const { context, caller, other, ended, clock } = await setUp()
  clock.advance(31 * day)
  const ending = endOwnSession(context, caller, other.sessionId)
  await expect(ending).rejects.toMatchObject({ code: 'not_found' })
  expect(ended).toEqual([])
})
