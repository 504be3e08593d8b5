/** A client that refreshes in a thousand places at once is not logged out (RFC 9700 §4.14). */

import { expect, test } from 'vitest'
import { AuthError } from '../../src/errors.ts'
import { createTestAuth, password } from '../support/test-server.ts'
import {
  createSender,
  logInOver,
  refreshOver,
  registerOver,
  startServerProcess,
  temporaryFolder,
} from './server-process.ts'

const presentations = 1000

/** @returns the successor, or the code of the refusal. */
type Refresh = (refreshToken: string) => Promise<{ refreshToken: string } | { code: string }>

async function presentInParallel(refresh: Refresh, first: string): Promise<void> {
  const forks = await Promise.all(Array.from({ length: presentations }, () => refresh(first)))
  const successors = forks.map((fork) => ('refreshToken' in fork ? fork.refreshToken : fork.code))
  expect(new Set(successors).size).toBe(presentations)
  expect(forks.filter((fork) => 'code' in fork)).toEqual([])

  const commits = await Promise.all(successors.map(refresh))
  const codes = commits.flatMap((commit) => ('code' in commit ? commit.code : []))
  expect(codes.length).toBe(presentations - 1)
  expect(new Set(codes)).toEqual(new Set(['refresh_token_superseded']))

  const committed = commits.find((commit) => 'refreshToken' in commit)
  if (committed === undefined || 'code' in committed) throw new Error('no lineage committed')
  const next = await refresh(committed.refreshToken)
  expect(next).toHaveProperty('refreshToken')
}

test('G3, M14: over HTTP, of 1,000 successors of one token one commits and none ends the session', async () => {
  const server = await startServerProcess(temporaryFolder(), { COUNTERSIGN_REFRESH_LIMIT: 'off' })
  const send = createSender(server.url, 100)
  await registerOver(send, 'ada')
  const { body } = await logInOver(send, 'ada')
  await presentInParallel(async (refreshToken) => {
    const answer = await refreshOver(send, refreshToken)
    if (answer.status === 200) return answer.body as { refreshToken: string }
    return { code: String(answer.body.code ?? answer.status) }
  }, String(body.refreshToken))
})

test('M14: in process, of 1,000 successors of one token one commits and none ends the session', async () => {
  const { auth, events } = await createTestAuth({ session: { refreshLimit: 'off' } })
  await auth.register({ username: 'ada', password })
  const { session } = await auth.login({ username: 'ada', password })
  await presentInParallel(
    (refreshToken) =>
      auth.refresh(refreshToken).catch((error: unknown) => {
        if (error instanceof AuthError) return { code: error.code }
        throw error
      }),
    session.refreshToken,
  )
  expect(events.filter(({ type }) => type === 'session_ended')).toEqual([])
})
