/** `renewInGuard` on every framework: parallel pages over sockets, and what their answers carry. */

import { expect, test } from 'vitest'
import { claimsOf, loggedIn } from '../support/client.ts'
import { quarterHour, renewing } from '../support/renewal-server.ts'
import { type Answer, send } from '../support/send.ts'
import { createTestAuth } from '../support/test-server.ts'
import { waysOfServing } from '../support/ways-of-serving.ts'

const pages = 40
/** The first line of a name may clear the cookie that is for the mount point. */
const tokenIn = ({ setCookies }: Answer, cookie: string): string | undefined =>
  setCookies
    .findLast((line) => line.startsWith(`${cookie}=`))
    ?.slice(cookie.length + 1)
    .split(';')[0]

test.each(waysOfServing)(
  'I1: %s: 40 parallel pages renew, round after round, and the session stays one',
  async (_, serve) => {
    const { auth, advance, events } = await createTestAuth(renewing)
    const base = await serve(auth)
    const client = await loggedIn(base, 'ada', 'cookie')
    const { sid } = claimsOf(client.held().accessToken)
    let cookie = `refresh_token=${client.held().refreshToken}`
    for (let round = 1; round <= 3; round += 1) {
      advance(quarterHour)
      const headers = { Cookie: cookie }
      const answers = await Promise.all(
        Array.from({ length: pages }, () => send(`${base}/protected`, 'GET', { headers })),
      )
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
      for (const answer of answers) {
        expect(answer.headers.get('cache-control')).toBe('no-store')
        expect(claimsOf(tokenIn(answer, 'access_token')).sid).toBe(sid)
      }
      const refreshTokens = answers.map((answer) => tokenIn(answer, 'refresh_token'))
      expect(new Set(refreshTokens).size).toBe(pages)
      cookie = `refresh_token=${refreshTokens[round]}`
    }
    expect(events.map(({ type }) => type)).not.toContain('session_ended')
  },
)

test.each(waysOfServing)(
  'C3: %s: a refresh cookie that is none is cleared with the 401',
  async (_, serve) => {
    const { auth } = await createTestAuth(renewing)
    const base = await serve(auth)
    const { refreshToken } = (await loggedIn(base, 'ada', 'cookie')).held()
    const dead = `${refreshToken.slice(0, -4)}AAAA`
    const headers = { Cookie: `refresh_token=${dead}` }
    const refused = await send(`${base}/protected`, 'GET', { headers })
    expect(refused.status).toBe(401)
    expect([tokenIn(refused, 'access_token'), tokenIn(refused, 'refresh_token')]).toEqual(['', ''])
    expect(refused.headers.get('cache-control')).toBe('no-store')
  },
)
