/**
 * The keys of the counters. Names and networks are in them only as HMACs: whoever reads the store
 * learns neither who was guessed at nor from where.
 *
 * Accounts and devices are in them by their ids, which say nothing; so a lock outlasts a new secret.
 */

import { createHmac } from 'node:crypto'
import type { KeyRing } from '../crypto/key-rings.ts'
import type { AccountKey } from '../stores/ports.ts'
import { networkOf } from './network.ts'

export interface CounterKeys {
  /** @param name as `nameText` gives it. */
  loginName(name: string): string
  loginNetwork(address: string): string
  /** In place of an account's counter, for a name that has no account. */
  nobody(name: string): string
  registerName(name: string): string
  registerNetwork(address: string): string
}

export function createCounterKeys(ring: KeyRing, ipv6PrefixBits: number): CounterKeys {
  const keyed = (kind: string, text: string): string =>
    `${kind}:${createHmac('sha256', ring.current.key).update(`${kind}\n${text}`).digest('base64url')}`
  const network = (address: string): string => networkOf(address, ipv6PrefixBits)
  return Object.freeze<CounterKeys>({
    loginName: (name) => keyed('login-name', name),
    loginNetwork: (address) => keyed('login-network', network(address)),
    nobody: (name) => keyed('nobody', name),
    registerName: (name) => keyed('register-name', name),
    registerNetwork: (address) => keyed('register-network', network(address)),
  })
}

export const accountCounter = (accountId: string): string => `account:${accountId}`
export const sessionsCounter = (accountId: string): string => `sessions:${accountId}`
export const deviceCounter = (deviceId: string): string => `device:${deviceId}`

/** What is counted of a name: the form that is compared, or the text where none can be. */
export function nameText(key: AccountKey | undefined, raw = ''): string {
  if (key === undefined) return `none ${raw}`
  return 'usernameKey' in key ? `username ${key.usernameKey}` : `email ${key.emailKey}`
}
