/**
 * Tokens that work once, kept by their hash. Part of the ports in `ports.ts`.
 */

/** A token that works once, such as the one in a mail; only its hash is kept. */
export interface OneTimeToken {
  /** 32 bytes. */
  readonly tokenHash: Uint8Array
  /** What it is good for, such as `password_reset`. */
  readonly purpose: string
  readonly accountId: string
  /** What the flow needs when the token comes back. */
  readonly data: string | null
  /** From this moment on it is good for nothing. */
  readonly expiresAt: number
}

export interface OneTimeTokenStore {
  /**
   * Adds a token and removes every earlier one of its account and purpose in the same step. Durable
   * when it returns.
   */
  put(token: OneTimeToken): Promise<void>
  /**
   * Removes a token and answers it, once, however many ask at once. Durable when it returns.
   * @returns undefined for one that is unknown, of another purpose, or expired; one of another
   * purpose stays.
   */
  consume(
    tokenHash: Uint8Array,
    purpose: string,
  ): Promise<Pick<OneTimeToken, 'accountId' | 'data'> | undefined>
  /** Removes the tokens of an account, or those of one purpose. Durable when it returns. */
  removeAll(accountId: string, purpose?: string): Promise<void>
  /** Removes what has expired. */
  prune(): Promise<void>
}
