/**
 * `createAuth`: the one place where the parts are joined.
 *
 * It reads options and environment, opens the stores, makes or loads signing keys, follows the
 * revocation feed, and hands out the flows as functions and the HTTP handler for adapters.
 */

import { type AuthSessions, type AuthUsers, bindSessions, bindUsers } from './administration.ts'
import { AuthError } from './errors.ts'
import type { FlowContext, IssuedTokens } from './flows/context.ts'
import { unknownDevice } from './flows/context.ts'
import { requireTexts } from './flows/given-input.ts'
import type { LoggedIn, Login } from './flows/login.ts'
import type { Logout } from './flows/logout.ts'
import type { Registered, Registration } from './flows/register.ts'
import { createHealth, type Health } from './health.ts'
import type { HttpCore } from './http/core.ts'
import type { HttpHandler } from './http/handler.ts'
import { joinParts, type Parts } from './join-parts.ts'
import { lazily } from './lazily.ts'
import { createListeners, type OnEvent } from './listeners.ts'
import type { AuthOptions } from './options/auth-options.ts'
import { type ResolvedOptions, resolveOptions } from './options/resolve-options.ts'
import type { AccessClaims } from './tokens/claims.ts'
import type { SigningKeys } from './tokens/signing-keys.ts'

/** What an application holds: made once by `createAuth`, closed when it stops. */
export interface Auth {
  /** Makes an account. Counted by its names; no network is known. @throws AuthError as the route. */
  register(input: Registration): Promise<Registered>
  /**
   * Logs in by password. Failures are counted by name and account; no network is known.
   *
   * @throws AuthError `invalid_request` for what are no texts, `invalid_credentials`,
   * `too_many_requests`.
   */
  login(input: Login): Promise<LoggedIn>
  /** Exchanges a refresh token; safe to retry and to run in parallel. */
  refresh(refreshToken: string): Promise<IssuedTokens>
  /** Ends the session that a refresh token or a caller names. */
  logout(input: Logout): Promise<void>
  /**
   * Verifies an access token; a repeat is answered at once from memory.
   *
   * Roles and scopes are the present ones, also of a token from before they changed. With
   * `acceptLegacy` a token from before that is let pass has `legacy: true` and no session.
   *
   * @throws AuthError `invalid_token`, `token_expired`, `session_ended`; `temporarily_unavailable`
   * when the rights have changed and the store cannot tell the present ones.
   */
  verify(accessToken: string): AccessClaims | Promise<AccessClaims>
  /** The signing keys: makes the next one, lists them. Rotation at the interval needs no call. */
  readonly keys: Pick<SigningKeys, 'rotate' | 'list'>
  /** What an administrator does to accounts. */
  readonly users: AuthUsers
  /** What an administrator does to sessions. */
  readonly sessions: AuthSessions
  /**
   * Calls the listener for security events of one type, or of all (`'*'`).
   *
   * It begins before the request goes on and may be asynchronous; nothing waits for it. One that
   * throws or rejects is reported as a process warning and breaks nothing.
   *
   * @returns a function that removes the listener.
   */
  readonly on: OnEvent
  /** Resolves when the stores answer. @throws AuthError `temporarily_unavailable`. */
  ready(): Promise<void>
  /**
   * What is wrong with the stores, the clock and the feed, and what is risky; never rejects.
   *
   * Asks the stores each time: meant for readiness probes and monitoring (docs/deploy.md).
   */
  health(): Promise<Health>
  /** Stops the feed and closes the stores. Requests after it are answered 503. */
  close(): Promise<void>
  /** For adapters: the handler of the routes, and what the guard works on. */
  readonly http: { readonly handle: HttpHandler; readonly core: HttpCore }
}

/**
 * Makes an `Auth`. With nothing given it runs on an SQLite file in `./data`.
 *
 * @throws TypeError naming every mistake in options and environment at once.
 */
export async function createAuth(options: AuthOptions = {}): Promise<Auth> {
  const resolved = resolveOptions(options, process.env)
  const { on, emit } = createListeners(reportError)
  const parts = await joinParts(resolved, options.stores, { emit, report: reportError })
  return assemble(parts, on, resolved)
}

function assemble(parts: Parts, on: OnEvent, options: ResolvedOptions): Auth {
  const { context, core, stores, follower, keys } = parts
  const bound = bindFlows(context)
  let closing: Promise<void> | undefined
  return Object.freeze({
    ...bound,
    verify: (accessToken: string) =>
      // What is missing, as a header may be, is a token that is refused.
      typeof accessToken === 'string'
        ? core.guardVerifier.verify(accessToken)
        : Promise.reject(new AuthError('invalid_token')),
    keys: Object.freeze({ rotate: keys.rotate, list: keys.list }),
    users: bindUsers(context),
    sessions: bindSessions(context),
    on,
    ready: () => stores.ping(),
    health: createHealth(stores, follower, options),
    close: () => {
      closing ??= parts.stop().then(() => follower.stop().then(() => stores.close()))
      return closing
    },
    http: Object.freeze({ handle: lazyHandler(core), core }),
  })
}

// Flows and routes are a third of the code. They load with the first call, so that a server
// listens, and the guard answers, without them.

function bindFlows(context: FlowContext) {
  const load = {
    register: lazily(() => import('./flows/register.ts')),
    login: lazily(() => import('./flows/login.ts')),
    refresh: lazily(() => import('./flows/refresh.ts')),
    logout: lazily(() => import('./flows/logout.ts')),
  }
  return {
    register: async (input: Registration) => {
      requireTexts(input, { needed: ['password'], optional: ['username', 'email', 'name'] })
      const { register } = await load.register()
      return register(context, input, unknownDevice)
    },
    login: async (input: Login) => {
      requireTexts(input, { needed: ['password'], optional: ['username', 'email'] })
      const { login } = await load.login()
      return login(context, input, unknownDevice)
    },
    refresh: async (refreshToken: string) => {
      const { refresh } = await load.refresh()
      return refresh(context, refreshToken)
    },
    logout: async (input: Logout) => {
      requireTexts(input, { optional: ['refreshToken'] })
      const { logout } = await load.logout()
      return logout(context, input)
    },
  }
}

function lazyHandler(core: HttpCore): HttpHandler {
  const load = lazily(async () => {
    const { createHttpHandler } = await import('./http/handler.ts')
    return createHttpHandler(core, reportError)
  })
  return (request) => {
    const handle = load()
    return handle instanceof Promise ? handle.then((it) => it(request)) : handle(request)
  }
}

// A warning goes to stderr, names no secret, and an application can listen for it.
function reportError(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error), 'CountersignWarning')
}
