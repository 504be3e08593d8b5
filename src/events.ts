/**
 * Security events and the reasons why sessions end.
 *
 * Events carry ids, never tokens, passwords or addresses.
 */

export type SessionEndReason =
  | 'logout'
  | 'remote_logout'
  | 'logout_all'
  | 'second_login'
  | 'session_limit'
  | 'refresh_token_replayed'
  | 'refresh_token_not_adopted'
  | 'password_changed'
  | 'account_disabled'
  | 'account_deleted'

export type AuthEvent =
  | { readonly type: 'account_registered'; readonly accountId: string }
  /** A user of the application's own store has become an account: at log-in, or by an import. */
  | { readonly type: 'account_imported'; readonly accountId: string }
  | { readonly type: 'account_deleted'; readonly accountId: string }
  | { readonly type: 'account_disabled'; readonly accountId: string }
  | { readonly type: 'account_enabled'; readonly accountId: string }
  /** The account has other roles or scopes. */
  | { readonly type: 'account_changed'; readonly accountId: string }
  | { readonly type: 'login_succeeded'; readonly accountId: string; readonly sessionId: string }
  | { readonly type: 'login_failed'; readonly accountId?: string }
  /**
   * So many failures that the next try has to wait; told once when the limit is reached. `by` says
   * whose failures: of a name, of a known device, of sessions that confirm a password, of a network.
   */
  | {
      readonly type: 'login_throttled'
      readonly by: 'name' | 'device' | 'session' | 'network'
      readonly accountId?: string
    }
  /** Too many failures in a row: until recovery no password is right, at log-in or for confirming. */
  | {
      readonly type: 'account_locked'
      readonly accountId: string
      readonly for: 'login' | 'confirmation'
    }
  /** An administrator has made the password count again. */
  | { readonly type: 'account_unlocked'; readonly accountId: string }
  | { readonly type: 'password_changed'; readonly accountId: string }
  /** A password was taken without the breach check, whose service did not answer. */
  | { readonly type: 'breach_check_failed' }
  | {
      readonly type: 'session_ended'
      readonly accountId: string
      readonly sessionId: string
      readonly reason: SessionEndReason
    }
  | {
      readonly type: 'sessions_ended'
      readonly accountId: string
      readonly reason: SessionEndReason
    }
  /** The store had lost writes (a failover); the client's newer token healed it. */
  | { readonly type: 'session_recovered'; readonly accountId: string; readonly sessionId: string }
  /** The session store was empty (a wipe); the client's token brought the session back. */
  | { readonly type: 'session_restored'; readonly accountId: string; readonly sessionId: string }
  | {
      readonly type: 'refresh_token_not_adopted'
      readonly accountId: string
      readonly sessionId: string
      /** Tells the developer of the client what to change. */
      readonly advice: string
    }
  | { readonly type: 'signing_key_created'; readonly kid: string }
  | { readonly type: 'signing_key_removed'; readonly kid: string }
  /**
   * A key in the database that no secret of this server has sealed: of a secret that is gone, or put
   * there by somebody else. What it signed is refused. Told once by each process.
   */
  | { readonly type: 'signing_key_refused'; readonly kid: string }

export type AuthEventType = AuthEvent['type']
export type Emit = (event: AuthEvent) => void
