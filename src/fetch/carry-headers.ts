/** Puts renewed cookies on the application's own answer, whatever that sets itself. */

import { cacheHeaders, carriedHeaders } from '../http/carried-headers.ts'
import type { HeaderValues } from '../http/response.ts'

/** Name and value of a header that belongs on the application's own answer. */
export type HeaderLine = readonly [name: string, value: string]

export function headerLines(headers: HeaderValues): readonly HeaderLine[] {
  return Object.entries(carriedHeaders(headers)).flatMap(([name, values]) =>
    [values].flat().map((value): HeaderLine => [name, value]),
  )
}

/**
 * Puts the headers of a guard or a form on an answer, as the last thing that is done to it.
 *
 * Cookies stand beside the answer's own; `no-store` takes the place of what the answer says to
 * caches. Several calls add up; a cookie takes the place of an earlier one of its name and path.
 *
 * @returns the same answer; a copy where its headers cannot change, as after `Response.redirect`.
 */
export function carryHeaders(response: Response, headers: readonly HeaderLine[]): Response {
  if (headers.length === 0) return response
  try {
    return put(response, headers)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return put(new Response(response.body, response), headers)
  }
}

function put(response: Response, headers: readonly HeaderLine[]): Response {
  const cookies = headers.filter(([name]) => name === 'Set-Cookie').map(([, line]) => line)
  const replaced = new Set(cookies.map(cookieOf))
  const others = response.headers.getSetCookie().filter((line) => !replaced.has(cookieOf(line)))
  for (const name of ['set-cookie', ...cacheHeaders]) response.headers.delete(name)
  for (const line of [...others, ...cookies]) response.headers.append('Set-Cookie', line)
  for (const [name, value] of headers) if (name !== 'Set-Cookie') response.headers.set(name, value)
  return response
}

/** Name and path: what makes two lines one cookie to a browser (RFC 6265 §5.3). */
const cookieOf = (line: string): string =>
  `${line.split('=', 1)[0]} ${/; *path=([^;]*)/i.exec(line)?.[1] ?? ''}`
