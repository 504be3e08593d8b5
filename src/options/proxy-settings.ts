/** The options about proxies in front, checked. */

import { BlockList, isIPv4, isIPv6 } from 'node:net'
import type { TrustedProxies } from '../http/client-address.ts'
import { shown } from '../shapes/shown.ts'
import type { AuthOptions } from './auth-options.ts'
import type { Checks } from './checks.ts'

export interface ProxySettings {
  readonly trustedProxies: TrustedProxies
}

/** Names for the networks that are not reached from outside. */
const namedNetworks: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
}

export function resolveProxies(
  { trustedProxies = [], forwardedHeader = 'x-forwarded-for' }: AuthOptions,
  { mistakes, oneOf }: Checks,
): ProxySettings {
  const addresses = new BlockList()
  for (const entry of trustedProxies) {
    const networks = Object.hasOwn(namedNetworks, entry) ? namedNetworks[entry] : [entry]
    for (const network of networks ?? []) {
      const mistake = add(addresses, String(network))
      if (mistake !== undefined) mistakes.push(`trustedProxies ${mistake}, got ${shown(entry)}`)
    }
  }
  return {
    trustedProxies: {
      addresses: trustedProxies.length === 0 ? undefined : addresses,
      header: oneOf('forwardedHeader', forwardedHeader, ['x-forwarded-for', 'forwarded']),
    },
  }
}

/** @returns what is wrong with it. */
function add(list: BlockList, network: string): string | undefined {
  const [address = '', bits, ...rest] = network.split('/')
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined
  const most = family === 'ipv4' ? 32 : 128
  const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
  if (family === undefined || rest.length > 0 || !(prefix <= most)) {
    return "must hold addresses, networks such as '10.0.0.0/8', loopback, linklocal or uniquelocal"
  }
  if (prefix === 0) return 'must not hold everybody: then clients choose their own address'
  if (address.toLowerCase().startsWith('::ffff:')) return 'must have IPv4 addresses as such'
  if (address.includes('%')) return 'must have addresses without a zone'
  list.addSubnet(address, prefix, family)
  return undefined
}
