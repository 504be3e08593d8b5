/**
 * A log-in without a password: finds or adds the account, then starts a session as every log-in does.
 */

import { uuidV7 } from '../crypto/uuid.ts'
import { AuthError } from '../errors.ts'
import { type FlowContext, unknownDevice } from '../flows/context.ts'
import { accountKey, prepareEmail, prepareUsername } from '../flows/identifiers.ts'
import { startSession } from '../flows/start-session.ts'
import { userView } from '../flows/user-view.ts'
import { tokenCookies } from '../http/cookies.ts'
import type { HttpCore } from '../http/core.ts'
import type { Account } from '../stores/ports.ts'
import type { User } from '../wire.ts'

/** The password of accounts that `loginAs` adds. */
export const testPassword = 'correct horse battery'

// Made once, with the parameters that are the default: hashing it anew would cost every test 30 ms.
const testPasswordHash =
  '$argon2id$v=19$m=19456,t=2,p=1$Y291bnRlcnNpZ24tdGVzdA$IWQGD67t/itP4x00SK8UkzqSm3vAJuHqc3dKVGpvPJM'

/** What a new account may do; an account that exists keeps what it has. @default nothing */
export interface Rights {
  readonly roles?: readonly string[]
  readonly scopes?: readonly string[]
}

export interface LoggedInAs {
  readonly user: User
  readonly sessionId: string
  readonly accessToken: string
  readonly refreshToken: string
  /** Headers of a client that keeps its tokens itself. */
  readonly headers: { readonly Authorization: string }
  /** Headers of a browser on a page of the application. */
  readonly cookies: { readonly Cookie: string; readonly Origin: string }
}

/** @throws AuthError as a log-in does; TypeError when rights are given for an account that exists. */
export async function logInAs(
  core: HttpCore,
  who: string | { readonly id: string },
  rights: Rights | undefined,
): Promise<LoggedInAs> {
  const { context, settings } = core
  const account = await accountOf(context, who, rights)
  const { sessionId, ...tokens } = await startSession(context, account, unknownDevice)
  context.emit({ type: 'login_succeeded', accountId: account.id, sessionId })
  const { accessToken, refreshToken } = tokens
  const pairs = tokenCookies(settings, tokens).map((line) => line.slice(0, line.indexOf(';')))
  return {
    user: userView(account),
    sessionId,
    accessToken,
    refreshToken,
    headers: { Authorization: `Bearer ${accessToken}` },
    cookies: { Cookie: pairs.join('; '), Origin: settings.ownOrigin },
  }
}

async function accountOf(
  context: FlowContext,
  who: string | { readonly id: string },
  rights: Rights | undefined,
): Promise<Account> {
  const found = await findAccount(context, who)
  if (found === undefined && typeof who === 'string') return addAccount(context, who, rights)
  if (found?.status !== 'active') throw new AuthError('invalid_credentials')
  if (rights !== undefined) {
    throw new TypeError('the account exists: roles and scopes are given when it is made')
  }
  return found
}

async function findAccount(context: FlowContext, who: string | { readonly id: string }) {
  if (typeof who !== 'string') return context.users.findById(who.id)
  const key = accountKey({ username: who })
  return key && context.users.findByKey(key)
}

async function addAccount(
  context: FlowContext,
  name: string,
  { roles = [], scopes = [] }: Rights = {},
): Promise<Account> {
  const email = name.includes('@') ? prepareEmail(name) : undefined
  const username = email === undefined ? prepareUsername(name) : undefined
  const added = await context.users.create({
    id: uuidV7(context.now()),
    externalId: null,
    username: username?.shown ?? null,
    usernameKey: username?.key ?? null,
    email: email?.shown ?? null,
    emailKey: email?.key ?? null,
    name: null,
    passwordHash: testPasswordHash,
    roles,
    scopes,
  })
  if (added === 'external_id_taken') throw new AuthError('conflict')
  if (typeof added === 'string') throw new AuthError(added)
  context.emit({ type: 'account_registered', accountId: added.id })
  return added
}
