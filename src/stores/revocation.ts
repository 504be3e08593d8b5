/** What the revocation feed tells. Part of the ports in `ports.ts`. */

/** An entry of the revocation feed. */
export type Revocation =
  | { readonly kind: 'session_ended'; readonly sessionId: string }
  /** Every access token of the account with a lower epoch is dead. */
  | { readonly kind: 'account_ended'; readonly accountId: string; readonly epoch: number }
  /** Status or rights are new at `changedAt`; what a token issued until then says may be old. */
  | { readonly kind: 'account_changed'; readonly accountId: string; readonly changedAt: number }
