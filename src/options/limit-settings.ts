/** The options of limits on log-in and registration, checked. Durations become milliseconds. */

import type {
  LimitPolicy,
  LoginLimits,
  RegisterLimits,
  WindowLimit,
} from '../flows/limit-policy.ts'
import { shown } from '../shapes/shown.ts'
import { type AuthOptions, defaults, type LimitOptions } from './auth-options.ts'
import type { Checks } from './checks.ts'

export interface LimitSettings {
  readonly limits: LimitPolicy
}

const limitDefaults = defaults.limits
const second = 1000
const day = 86_400_000
const counts = { least: 1, most: 1_000_000, orOff: true }

export function resolveLimits({ limits = {} }: AuthOptions, checks: Checks): LimitSettings {
  const { login = {}, register = {}, ipv6Prefix = limitDefaults.ipv6Prefix } = limits
  return {
    limits: {
      login: given('limits.login', login, checks) ? loginLimits(login, checks) : 'off',
      register: given('limits.register', register, checks)
        ? registerLimits(register, checks)
        : 'off',
      ipv6PrefixBits: checks.whole('limits.ipv6Prefix', ipv6Prefix, { least: 32, most: 128 }),
    },
  }
}

/** False for `'off'`. */
function given<T extends object>(path: string, value: T | 'off', { mistakes }: Checks): value is T {
  if (typeof value === 'object' && value !== null) return true
  if (value !== 'off') mistakes.push(`${path} must be an object or 'off', got ${shown(value)}`)
  return false
}

type LoginOptions = Exclude<LimitOptions['login'], 'off' | undefined>
type RegisterOptions = Exclude<LimitOptions['register'], 'off' | undefined>

function loginLimits(options: LoginOptions, checks: Checks): LoginLimits {
  const { failures = limitDefaults.failures, network = {} } = options
  const { lockAfter = limitDefaults.lockAfter } = options
  const { longestPause = limitDefaults.longestPause } = options
  const path = 'limits.login'
  return {
    failures: checks.whole(`${path}.failures`, failures, { least: 1, most: 100 }),
    longestPauseMilliseconds: checks.duration(`${path}.longestPause`, longestPause, second, day),
    // NIST SP 800-63B-4 §3.2.2: no more than 100.
    lockAfter: checks.whole(`${path}.lockAfter`, lockAfter, { least: 10, most: 100, orOff: true }),
    network: given(`${path}.network`, network, checks)
      ? networkLimit(network, checks)
      : { count: Number.POSITIVE_INFINITY, windowMilliseconds: second },
  }
}

function networkLimit(
  options: Exclude<LoginOptions['network'], 'off' | undefined>,
  { whole, duration }: Checks,
): WindowLimit {
  const { failures = limitDefaults.networkFailures } = options
  const { window = limitDefaults.networkWindow } = options
  return {
    count: whole('limits.login.network.failures', failures, counts),
    windowMilliseconds: duration('limits.login.network.window', window, second, day),
  }
}

function registerLimits(options: RegisterOptions, { whole, duration }: Checks): RegisterLimits {
  const { window = limitDefaults.registerWindow } = options
  const { name = limitDefaults.registerName, network = limitDefaults.registerNetwork } = options
  const nameCount = whole('limits.register.name', name, counts)
  const networkCount = whole('limits.register.network', network, counts)
  const windowMilliseconds = duration('limits.register.window', window, second, day)
  return {
    name: { count: nameCount, windowMilliseconds },
    network: { count: networkCount, windowMilliseconds },
  }
}
