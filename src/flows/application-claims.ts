/**
 * The application's own claims: calls its hook, within bounds, before anything is used up.
 *
 * A hook that throws, hangs or returns too much makes the request 503; nothing is ended or changed.
 */

import { AuthError } from '../errors.ts'
import type { Account } from '../stores/ports.ts'
import { type JsonObject, parseStrictJsonObject } from '../tokens/strict-json.ts'
import type { AccountView } from '../wire.ts'
import { accountView } from './user-view.ts'
import { withinDeadline } from './within-deadline.ts'

/** Says what an access token is to carry besides the standard claims, which it cannot replace. */
export type ClaimsHook = (
  account: AccountView,
) => Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>

export interface ApplicationClaims {
  /** False without a hook; then nothing need be read for it. */
  readonly wanted: boolean
  /** @throws AuthError `temporarily_unavailable` when the hook fails. */
  of(account: Account): Promise<JsonObject>
}

/** How long a hook may take. */
const deadlineMilliseconds = 1000
/** How much it may return, as JSON in UTF-8. */
const mostBytes = 2048

/** @param report told of the first failure, and of the first after the hook has worked again. */
export function createApplicationClaims(
  hook: ClaimsHook | undefined,
  report: (error: unknown) => void,
): ApplicationClaims {
  let isFailing = false
  return Object.freeze({
    wanted: hook !== undefined,
    async of(account: Account) {
      if (hook === undefined) return {}
      try {
        const view = readOnly(accountView(account))
        const claims = snapshot(await withinDeadline(() => hook(view), deadlineMilliseconds))
        isFailing = false
        return claims
      } catch (cause) {
        if (!isFailing) report(new Error(`The claims hook failed: ${reason(cause)}`, { cause }))
        isFailing = true
        throw new AuthError('temporarily_unavailable', { cause, retryAfterSeconds: 1 })
      }
    },
  })
}

/** A copy by way of JSON, so that nothing changes it later and every verifier can read it. */
function snapshot(returned: unknown): JsonObject {
  if (typeof returned !== 'object' || returned === null) throw new Error('it returned no object')
  const json = Buffer.from(JSON.stringify(returned) ?? '')
  if (json.length > mostBytes) throw new Error(`it returned more than ${mostBytes} bytes of JSON`)
  const claims = parseStrictJsonObject(json)
  if (claims === undefined) throw new Error('it returned what is no JSON object')
  return claims
}

function readOnly(view: AccountView): AccountView {
  const { roles, scopes } = view
  return Object.freeze({
    ...view,
    roles: Object.freeze([...roles]),
    scopes: Object.freeze([...scopes]),
  })
}

const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
