/**
 * The client's address: of the peer, or where the peer is a trusted proxy, what it reports.
 *
 * Reads one header, the configured one, from its end: each trusted proxy vouches for the entry that
 * it has added, and for no more. What a client writes in front is never reached (OWASP ASVS 4.1.3).
 */

import type { BlockList } from 'node:net'
import { plainAddress } from '../flows/network.ts'
import type { HttpRequest } from './request.ts'

export type ForwardedHeader = 'x-forwarded-for' | 'forwarded'

export interface TrustedProxies {
  /** Undefined: nobody is trusted, and no header is read. */
  readonly addresses: BlockList | undefined
  readonly header: ForwardedHeader
}

/** `address` is that of the socket's other end. */
type PeerRequest = Pick<HttpRequest, 'header' | 'address'>

export type ClientAddress = (request: PeerRequest) => string | undefined

/** @param report told once when proxies seem to be in front and none is trusted. */
export function createClientAddress(
  { addresses, header }: TrustedProxies,
  report: (error: unknown) => void,
): ClientAddress {
  let hasReported = false
  return (request) => {
    const peer = request.address === undefined ? undefined : plainAddress(request.address)
    // Not an IP address, such as the path of a socket: nobody who could be trusted.
    if (peer === undefined) return request.address
    if (addresses !== undefined) {
      return isIn(addresses, peer)
        ? lastUntrusted(addresses, peer, entriesOf(header, request.header(header)))
        : peer
    }
    if (!hasReported && request.header(header) !== undefined) {
      hasReported = true
      report(new Error(proxyInFront))
    }
    return peer
  }
}

const proxyInFront =
  'A request has come with the address of a client in its header, and no proxy is trusted: if a ' +
  'proxy is in front, name it in trustedProxies (COUNTERSIGN_TRUSTED_PROXIES), or all its clients ' +
  'count as one network.'

/** The first address from the end that is no trusted proxy; an entry that cannot be read stops. */
function lastUntrusted(
  trusted: BlockList,
  peer: string,
  entries: readonly (string | undefined)[],
): string {
  let address = peer
  for (const entry of entries.toReversed()) {
    const reported = entry === undefined ? undefined : addressOf(entry)
    if (reported === undefined) return address
    address = reported
    if (!isIn(trusted, address)) return address
  }
  return address
}

const isIn = (list: BlockList, address: string): boolean =>
  list.check(address, address.includes(':') ? 'ipv6' : 'ipv4')

/** One entry a hop; undefined for a hop that says nothing of its client. */
function entriesOf(
  header: ForwardedHeader,
  value: string | undefined,
): readonly (string | undefined)[] {
  if (value === undefined) return []
  if (header === 'x-forwarded-for') return value.split(',').map((part) => part.trim())
  return splitOutsideQuotes(value, ',').map(forParameter)
}

/** The `for` of one element (RFC 7239 §4); a second one makes the element worth nothing. */
function forParameter(element: string): string | undefined {
  const values = splitOutsideQuotes(element, ';').flatMap((pair) => {
    const [, name = '', value = ''] = /^\s*([^=\s]+)=(.*)$/.exec(pair) ?? []
    return name.toLowerCase() === 'for' ? [value.trim()] : []
  })
  const [only, another] = values
  return another === undefined ? only?.replace(/^"([^"\\]*)"$/, '$1') : undefined
}

function splitOutsideQuotes(text: string, separator: string): readonly string[] {
  const parts: string[] = []
  let start = 0
  let isQuoted = false
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '"') isQuoted = !isQuoted
    else if (text[index] === separator && !isQuoted) {
      parts.push(text.slice(start, index))
      start = index + 1
    }
  }
  return [...parts, text.slice(start)]
}

/** `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`. */
function addressOf(entry: string): string | undefined {
  const bracketed = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(entry)
  if (bracketed !== null)
    return bracketed[1]?.includes(':') ? plainAddress(bracketed[1]) : undefined
  const withPort = /^([\d.]+):\d{1,5}$/.exec(entry)
  return plainAddress(withPort?.[1] ?? entry)
}
