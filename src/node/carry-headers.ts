/**
 * Headers that an answer must carry whatever the page sets: new cookies, and with them `no-store`.
 *
 * They are put on when the head is written, after everything else: a page that sets `Set-Cookie`
 * does not drop them, and one that sets `Cache-Control: public` hands them to no shared cache.
 */

import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { cacheHeaders, carriedHeaders } from '../http/carried-headers.ts'
import type { HeaderValues } from '../http/response.ts'

const carried = Symbol('countersign headers')

type Carrying = ServerResponse & { [carried]?: HeaderValues }

/** Later headers take the place of earlier ones: a log-out in the page wins over a renewal before it. */
export function carryHeaders(response: Carrying, headers: HeaderValues): void {
  if (response.headersSent || Object.keys(headers).length === 0) return
  const isHooked = response[carried] !== undefined
  response[carried] = carriedHeaders(headers)
  if (!isHooked) hookWriteHead(response)
}

function hookWriteHead(response: Carrying): void {
  const writeHead = response.writeHead
  response.writeHead = function (this: Carrying, status: number, ...rest: unknown[]) {
    response.writeHead = writeHead
    const [first, second] = rest
    const reason = typeof first === 'string' ? first : undefined
    setGiven(response, (reason === undefined ? (first ?? second) : second) as GivenHeaders)
    const ours = response[carried] ?? {}
    for (const name of cacheHeaders) if ('Cache-Control' in ours) response.removeHeader(name)
    for (const name in ours) {
      const value = ours[name] as string | string[]
      if (name === 'Set-Cookie') response.appendHeader(name, value)
      else response.setHeader(name, value)
    }
    return reason === undefined ? response.writeHead(status) : response.writeHead(status, reason)
  } as ServerResponse['writeHead']
}

type GivenHeaders = OutgoingHttpHeaders | readonly (string | readonly string[])[] | undefined

/** Sets what was given to `writeHead`, as Node does; a list of names and values may repeat one. */
function setGiven(response: ServerResponse, given: GivenHeaders): void {
  if (given === undefined) return
  if (!Array.isArray(given)) {
    for (const [name, value] of Object.entries(given as OutgoingHttpHeaders)) {
      if (value !== undefined) response.setHeader(name, value)
    }
    return
  }
  const flat = given.flat() as string[]
  for (let index = 0; index < flat.length; index += 2) response.removeHeader(flat[index] ?? '')
  for (let index = 0; index < flat.length; index += 2) {
    response.appendHeader(flat[index] ?? '', flat[index + 1] ?? '')
  }
}
