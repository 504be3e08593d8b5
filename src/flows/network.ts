/**
 * Addresses in one form, and the network that one address stands for when failures are counted.
 *
 * IPv4 stands for itself; of IPv6 one customer has at least a /64 (RFC 6177), so that is counted.
 */

import { isIPv4, isIPv6 } from 'node:net'

/**
 * The one form of an address: IPv4 also where it came as IPv6 (RFC 4291 §2.5.5.2), IPv6 compressed
 * (RFC 5952), without a zone. @returns undefined for anything else.
 */
export function plainAddress(text: string): string | undefined {
  if (isIPv4(text)) return text
  if (!isIPv6(text)) return undefined
  const [withoutZone = ''] = text.split('%', 1)
  const groups = groupsOf(withoutZone)
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (!isMapped) return compressed(withoutZone)
  const [high = 0, low = 0] = groups.slice(6)
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/** @param ipv6PrefixBits how much of an IPv6 address is the network, 1 to 128. */
export function networkOf(address: string, ipv6PrefixBits: number): string {
  const plain = plainAddress(address)
  // What is no address (an adapter's own name for a peer) is counted as it is.
  if (plain === undefined || isIPv4(plain)) return plain ?? address
  const kept = groupsOf(plain).map((group, index) => {
    const bits = Math.min(16, Math.max(0, ipv6PrefixBits - index * 16))
    return (group & (0xffff << (16 - bits)) & 0xffff).toString(16)
  })
  return `${kept.join(':')}/${ipv6PrefixBits}`
}

const compressed = (ipv6: string): string => new URL(`http://[${ipv6}]`).hostname.slice(1, -1)

/** Eight numbers of 16 bits. */
function groupsOf(ipv6: string): readonly number[] {
  const [head = '', tail = ''] = compressed(ipv6).split('::')
  const [before, after] = [head, tail].map((part) => (part === '' ? [] : part.split(':')))
  const zeros = Array.from({ length: 8 - (before?.length ?? 0) - (after?.length ?? 0) }, () => '0')
  return [...(before ?? []), ...zeros, ...(after ?? [])].map((group) => Number.parseInt(group, 16))
}
