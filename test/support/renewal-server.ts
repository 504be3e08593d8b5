/** A server with `renewInGuard` whose every page is guarded, and the refresh cookie of a visitor. */

import type { AuthOptions } from '../../src/options/auth-options.ts'
import { loggedIn } from './client.ts'
import { send } from './send.ts'
import { createTestAuth, serveNode } from './test-server.ts'

export const renewing: AuthOptions = { cookies: { renewInGuard: true } }

/** Longer than an access token lives. */
export const quarterHour = 16 * 60_000

export async function startRenewing(options: AuthOptions = renewing) {
  const made = await createTestAuth(options)
  const base = await serveNode(made.auth)
  const client = await loggedIn(base, 'ada', 'cookie')
  const { refreshToken, accessToken } = client.held()
  const refreshCookie = `refresh_token=${refreshToken}`
  const get = (headers: Record<string, string>, method = 'GET', url = base) =>
    send(`${url}/page`, method, { headers })
  return { ...made, base, client, get, refreshCookie, accessToken }
}
