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

export interface Verdict {
  /** False also for a right password of a locked account. */
  readonly isRight: boolean
  /**
   * Never rejects. Until it resolves the counters may still take a right password for a failure, so
   * it comes before the answer; what makes the session goes on beside it.
   */
  readonly settled: Promise<void>
}

export interface LoginThrottle {
  /**
   * Runs the check, if the try is let through, and counts a failure.
   *
   * @throws AuthError `too_many_requests`, without running the check; and what the check throws,
   * which counts for nothing.
   */
  login(attempt: LoginTry, check: Check): Promise<Verdict>
  /**
   * The same for the present password of somebody who is logged in, counted by account.
   *
   * @returns when the counters know it, whether the password is right.
   */
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
    await attempts.settle(all.map((key) => ({ key, change: 'clear' })))
  }
  if (limits === 'off') {
    return Object.freeze<LoginThrottle>({
      login: async (_, check) => ({ isRight: await check(), settled: Promise.resolve() }),
      confirmation: (_, check) => check(),
      forgive,
    })
  }
  return Object.freeze<LoginThrottle>({
    login: async (attempt, check) => judge(await admitLogin(limits, parts, attempt), check),
    async confirmation(accountId, check) {
      const admission = await admitConfirmation(limits, parts, accountId)
      const { isRight, settled } = await judge(admission, check)
      await settled
      return isRight
    },
    forgive,
  })
}

async function judge(admission: Admission, check: Check): Promise<Verdict> {
  const matches = await check().catch(async (error: unknown) => {
    await admission.cancelled()
    throw error
  })
  if (matches && admission.mayMatch) return { isRight: true, settled: admission.succeeded() }
  admission.failed()
  return { isRight: false, settled: Promise.resolve() }
}
