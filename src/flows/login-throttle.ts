/**
 * Throttling of password guesses (NIST SP 800-63B-4 §3.2.2; OWASP ASVS 5.0 6.1.1, 6.3.1).
 *
 * Every try is counted before the password is looked at and forgotten when it was right, so parallel
 * guesses get no more than the limit. What an answer shows depends on the name that was sent, the
 * device and the network alone. The hard limit of an account shows nowhere: its password no longer
 * counts as right, which is what an unknown name answers (ASVS 6.3.8).
 */

import { accountCounter, nameText, sessionsCounter } from './counter-keys.ts'
import { accountKey } from './identifiers.ts'
import type { LoginLimits } from './limit-policy.ts'
import {
  type Admission,
  admitConfirmation,
  admitLogin,
  type LoginTry,
  type ThrottleParts,
} from './login-admission.ts'

/** Compares a password. @returns whether it is right and the account may log in. */
type Check = () => Promise<boolean>

export interface LoginThrottle {
  /**
   * Runs the check, if the try is let through, and counts a failure.
   *
   * @returns false also for a right password of a locked account.
   * @throws AuthError `too_many_requests`, without running the check; and what the check throws,
   * which counts for nothing.
   */
  login(attempt: LoginTry, check: Check): Promise<boolean>
  /** The same for the present password of somebody who is logged in, counted by account. */
  confirmation(accountId: string, check: Check): Promise<boolean>
  /** Recovery: forgets every failure of the account and its names. */
  forgive(account: ThrottledAccount): Promise<void>
}

export interface ThrottledAccount {
  readonly id: string
  readonly username: string | null
  readonly email: string | null
}

export function createLoginThrottle(
  limits: LoginLimits | 'off',
  parts: ThrottleParts,
): LoginThrottle {
  const { attempts, keys } = parts
  const forgive = async ({ id, username, email }: ThrottledAccount): Promise<void> => {
    const names = [username, email].filter((name) => name !== null)
    const counters = names.map((name) => keys.loginName(nameText(accountKey({ username: name }))))
    const all = [accountCounter(id), sessionsCounter(id), ...counters]
    for (const counter of all) await attempts.clear(counter)
  }
  if (limits === 'off') {
    const unlimited = (_: unknown, check: Check): Promise<boolean> => check()
    return Object.freeze({ login: unlimited, confirmation: unlimited, forgive })
  }
  return Object.freeze<LoginThrottle>({
    login: async (attempt, check) => settle(await admitLogin(limits, parts, attempt), check),
    confirmation: async (accountId, check) =>
      settle(await admitConfirmation(limits, parts, accountId), check),
    forgive,
  })
}

async function settle(admission: Admission, check: Check): Promise<boolean> {
  const matches = await check().catch(async (error: unknown) => {
    await admission.cancelled()
    throw error
  })
  const isRight = matches && admission.mayMatch
  if (isRight) await admission.succeeded()
  else admission.failed()
  return isRight
}
