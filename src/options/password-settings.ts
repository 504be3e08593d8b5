/** The options of passwords, checked. */

import { isIP } from 'node:net'
import { minimumSecretBytes, secretKeyId } from '../crypto/key-rings.ts'
import type { PasswordHashingOptions } from '../crypto/password-hashing.ts'
import type { BreachCheckSettings } from '../flows/breached-passwords.ts'
import type { AuthOptions } from './auth-options.ts'
import type { Checks } from './checks.ts'
import { type PasswordOptions, passwordDefaults, presetMinLengths } from './password-options.ts'

export interface PasswordSettings {
  readonly passwordMinLength: number
  readonly passwordContextWords: readonly string[]
  readonly passwordBreachCheck: BreachCheckSettings | undefined
  readonly passwordHashing: PasswordHashingOptions
}

const mostContextWords = 1000

export function resolvePasswords(options: AuthOptions, checks: Checks): PasswordSettings {
  const { passwords = {} } = options
  return {
    passwordMinLength: resolveMinLength(passwords, checks),
    passwordContextWords: resolveContextWords(options, checks),
    passwordBreachCheck: resolveBreachCheck(passwords, checks),
    passwordHashing: {
      ...resolveAlgorithm(passwords, checks),
      ...resolvePool(passwords, checks),
      peppers: resolvePeppers(passwords, checks),
    },
  }
}

function resolveMinLength(
  { preset = 'default', minLength }: PasswordOptions,
  { mistakes, whole, oneOf }: Checks,
): number {
  const presets = ['default', 'nist-single-factor', 'nist-mfa'] as const
  const named = presetMinLengths[oneOf('passwords.preset', preset, presets)]
  if (minLength === undefined) return named
  const isOther = typeof minLength === 'number' && minLength !== named
  if (preset !== 'default' && presets.includes(preset) && isOther) {
    mistakes.push(
      `passwords.minLength is ${minLength}, and passwords.preset '${preset}' means ${named}; give one of them`,
    )
    return named
  }
  return whole('passwords.minLength', minLength, { least: 8, most: 256 })
}

function resolveContextWords(
  { passwords = {}, serviceName = passwordDefaults.serviceName, issuer }: AuthOptions,
  { mistakes }: Checks,
): readonly string[] {
  if (typeof serviceName !== 'string' || serviceName.trim() === '' || serviceName.length > 64) {
    mistakes.push('serviceName must be a text of 1 to 64 characters')
    return []
  }
  const { contextWords: words = [] }: { readonly contextWords?: unknown } = passwords
  const areWords = Array.isArray(words) && words.every((word) => typeof word === 'string')
  if (!areWords || words.length > mostContextWords) {
    mistakes.push(`passwords.contextWords must be a list of at most ${mostContextWords} words`)
    return []
  }
  return [serviceName, ...hostWords(issuer), ...words]
}

/** Of `https://auth.acme.example`: the host, `auth` and `acme`. */
function hostWords(issuer: string | undefined): readonly string[] {
  if (issuer === undefined || !URL.canParse(issuer)) return []
  const { hostname } = new URL(issuer)
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) return []
  return [hostname, ...hostname.split('.').slice(0, -1)]
}

function resolveBreachCheck(
  { breachCheck = false }: PasswordOptions,
  { mistakes, duration }: Checks,
): BreachCheckSettings | undefined {
  if (breachCheck === false) return undefined
  if (breachCheck !== true && (typeof breachCheck !== 'object' || breachCheck === null)) {
    mistakes.push('passwords.breachCheck must be true, false or { url, timeout }')
    return undefined
  }
  const { url = passwordDefaults.breachCheckUrl, timeout = passwordDefaults.breachCheckTimeout } =
    breachCheck === true ? {} : breachCheck
  if (!isRangeUrl(url)) {
    mistakes.push(
      'passwords.breachCheck.url must be https (or http on this machine) and end in a slash',
    )
  }
  return { url, timeout: duration('passwords.breachCheck.timeout', timeout, 100, 10_000) }
}

function isRangeUrl(url: string): boolean {
  if (!URL.canParse(url) || !url.endsWith('/')) return false
  const { protocol, hostname, search, hash } = new URL(url)
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  return (protocol === 'https:' || (protocol === 'http:' && isLocal)) && search + hash === ''
}

function resolveAlgorithm(passwords: PasswordOptions, { mistakes, whole, oneOf }: Checks) {
  const { memoryKiB: least, iterations: leastPasses } = passwordDefaults
  const { memoryKiB = least, iterations = leastPasses, cost = passwordDefaults.cost } = passwords
  const { algorithm: named = 'argon2id' } = passwords
  const algorithm = oneOf('passwords.algorithm', named, ['argon2id', 'bcrypt'])
  if (algorithm === 'argon2id' && passwords.cost !== undefined) {
    mistakes.push("passwords.cost is for passwords.algorithm 'bcrypt' only")
  }
  return {
    algorithm,
    cost: whole('passwords.cost', cost, { least: 10, most: 16 }),
    memoryKiB: whole('passwords.memoryKiB', memoryKiB, { least, most: 4_194_304 }),
    iterations: whole('passwords.iterations', iterations, { least: leastPasses, most: 100 }),
  }
}

function resolvePool({ concurrency, queueLimit }: PasswordOptions, { whole }: Checks) {
  const places = { least: 1, most: 1024 }
  const waiting = { least: 0, most: 100_000 }
  return {
    ...(concurrency !== undefined && {
      concurrency: whole('passwords.concurrency', concurrency, places),
    }),
    ...(queueLimit !== undefined && {
      queueLimit: whole('passwords.queueLimit', queueLimit, waiting),
    }),
  }
}

function resolvePeppers({ pepper = [] }: PasswordOptions, { mistakes }: Checks): readonly string[] {
  const peppers = [pepper].flat()
  const path = 'passwords.pepper (COUNTERSIGN_PEPPER)'
  if (
    peppers.some((one) => typeof one !== 'string' || Buffer.byteLength(one) < minimumSecretBytes)
  ) {
    mistakes.push(`${path} must be at least ${minimumSecretBytes} bytes`)
    return []
  }
  if (new Set(peppers.map(secretKeyId)).size !== peppers.length) {
    mistakes.push(`${path}: two of the peppers have the same key id; make another one`)
  }
  return peppers
}
