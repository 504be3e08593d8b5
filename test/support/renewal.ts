/** An application with `renewInGuard` and a browser that is logged in, without a socket between them. */

import { onTestFinished } from 'vitest'
import { noRequirements } from '../../src/http/guard.ts'
import { guardWithRenewal, type Verdict } from '../../src/http/guard-with-renewal.ts'
import type { GuardRequest } from '../../src/http/request.ts'
import { createTestAuth, type TestAuthOptions } from '../../src/testing/index.ts'
import { createCookieJar } from './cookie-jar.ts'

type Headers = Readonly<Record<string, string>>

export function pageRequest(headers: Headers, method = 'GET'): GuardRequest {
  return { method, header: (name) => headers[name], repeatedAuthorization: false }
}

export async function startRenewal(options: TestAuthOptions = {}) {
  const made = await createTestAuth({ cookies: { renewInGuard: true }, ...options })
  onTestFinished(made.close)
  const { auth, clock, loginAs, events } = made
  const { core } = auth.http
  const guard = async (request: GuardRequest): Promise<Verdict> => {
    try {
      const verdict = await guardWithRenewal(core, request, noRequirements)
      return 'headers' in verdict ? (verdict as Verdict) : { claims: verdict, headers: {} }
    } catch (error) {
      return { error, headers: {} }
    }
  }
  const logIn = async (name: string) => {
    const jar = createCookieJar(clock.now)
    const { cookies } = await loginAs(name)
    jar.keep(cookies.Cookie.split('; ').map((pair) => `${pair}; Path=/; Max-Age=2592000`))
    return {
      jar,
      page: (headers: Headers = {}) => guard(pageRequest({ cookie: jar.header(), ...headers })),
    }
  }
  return { auth, clock, events, guard, logIn }
}

/** The code of a refusal, or `'ok'`. */
export const codeOf = (verdict: Verdict): string =>
  'claims' in verdict ? 'ok' : (verdict.error as { readonly code: string }).code

export const setCookiesOf = ({ headers }: Verdict): readonly string[] =>
  [headers['Set-Cookie'] ?? []].flat()
