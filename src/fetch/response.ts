/** Makes a web-standard `Response` of a plain response. */

import type { HttpResponse } from '../http/response.ts'

/** @param method of the request; an answer to HEAD has no body. */
export function webResponse(method: string, { status, headers, body }: HttpResponse): Response {
  const lines = new Headers()
  for (const name in headers) {
    const value = headers[name] as string | readonly string[]
    if (typeof value === 'string') lines.set(name, value)
    // Set-Cookie is the one header whose lines must not be joined (RFC 6265 §3).
    else for (const line of value) lines.append(name, line)
  }
  return new Response(method === 'HEAD' ? null : (body ?? null), { status, headers: lines })
}
