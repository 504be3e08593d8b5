/**
 * Accounts whose status or rights changed within the last access-token lifetime, and what they may
 * do now.
 *
 * Filled by the revocation feed and by this process's own changes; asked for every request, where it
 * costs one look at an empty map as long as nothing has changed. The present rights are read from
 * the account store once, and kept until the next change of the account.
 */

import { toleratedClockDifferenceMilliseconds, toSeconds } from '../clock.ts'
import { AuthError, unavailable } from '../errors.ts'
import type { RefreshAccount } from '../stores/ports.ts'
import type { AccessClaims } from '../tokens/claims.ts'

/** Reads status, epoch and rights; undefined when the account is gone. */
export type ReadAccount = (accountId: string) => Promise<RefreshAccount | undefined>

export interface AccountChanges {
  /** Notes a change. `changedAt` by the store's clock, `now` by this process's, milliseconds. */
  note(accountId: string, changedAt: number, now: number): void
  /**
   * Brings claims up to date. A token that was issued after the change is returned as it is.
   *
   * @throws AuthError `session_ended` when the account is gone, disabled or logged out everywhere;
   * `temporarily_unavailable` when it cannot be read; `token_outdated` without an account store.
   */
  bringUpToDate(claims: AccessClaims): AccessClaims | Promise<AccessClaims>
  /** Number of accounts kept. */
  size(): number
}

export interface AccountChangesOptions {
  readonly accessLifetimeSeconds: number
  readonly leewaySeconds: number
  /** Left out where there is no account store: outdated tokens are then refused. */
  readonly readAccount?: ReadAccount | undefined
}

interface Change {
  readonly changedAt: number
  readonly notedAt: number
  /** `unread` until the account was read after this change. */
  account: RefreshAccount | undefined | 'unread'
  reading: Promise<void> | undefined
}

const marginSeconds = toleratedClockDifferenceMilliseconds / 1000

export function createAccountChanges(options: AccountChangesOptions): AccountChanges {
  const { readAccount, accessLifetimeSeconds, leewaySeconds } = options
  const keptMilliseconds = (accessLifetimeSeconds + leewaySeconds + marginSeconds) * 1000
  // In the order in which they were noted, so the oldest are in front.
  const changes = new Map<string, Change>()
  // Clocks differ, and an overlay that was not needed changes nothing; a refusal costs a refresh.
  const toleranceSeconds = readAccount === undefined ? 0 : leewaySeconds

  function dropOld(now: number): void {
    for (const [accountId, { notedAt }] of changes) {
      if (now - notedAt < keptMilliseconds) return
      changes.delete(accountId)
    }
  }

  /** One read for all who wait; a failed one is tried again by the next request. */
  function readOnce(accountId: string, change: Change, read: ReadAccount): Promise<void> {
    change.reading ??= read(accountId)
      .then((account) => {
        change.account = account
      })
      .catch((error: unknown) => {
        throw unavailable(error)
      })
      .finally(() => {
        change.reading = undefined
      })
    return change.reading
  }

  function bringUpToDate(claims: AccessClaims): AccessClaims | Promise<AccessClaims> {
    const change = changes.get(claims.sub)
    // Whole seconds: within the second of the change a token may be from before or after it.
    if (change === undefined || claims.iat > toSeconds(change.changedAt) + toleranceSeconds) {
      return claims
    }
    if (readAccount === undefined) throw new AuthError('token_outdated')
    if (change.account !== 'unread') return withRights(claims, change.account)
    // Asked again: another change may have come while the account was read.
    return readOnce(claims.sub, change, readAccount).then(() => bringUpToDate(claims))
  }

  return Object.freeze({
    note(accountId: string, changedAt: number, now: number) {
      dropOld(now)
      const latest = Math.max(changedAt, changes.get(accountId)?.changedAt ?? changedAt)
      changes.delete(accountId)
      changes.set(accountId, {
        changedAt: latest,
        notedAt: now,
        account: 'unread',
        reading: undefined,
      })
    },
    bringUpToDate,
    size: () => changes.size,
  })
}

/** @throws AuthError `session_ended` */
export function withRights(
  claims: AccessClaims,
  account: RefreshAccount | undefined,
): AccessClaims {
  if (account?.status !== 'active' || account.sessionEpoch > claims.epoch) {
    throw new AuthError('session_ended')
  }
  const scope = account.scopes.join(' ')
  if (scope === claims.scope && sameNames(account.roles, claims.roles)) return claims
  return Object.freeze({ ...claims, roles: Object.freeze([...account.roles]), scope })
}

const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name, index) => name === b[index])
