/** A response without a framework: what an adapter sends. */

export type HeaderValues = Readonly<Record<string, string | readonly string[]>>

export interface HttpResponse {
  readonly status: number
  readonly headers: HeaderValues
  readonly body: string | undefined
}

const noStore = { 'Cache-Control': 'no-store' }
const ofJson = { 'Content-Type': 'application/json', ...noStore }

/** JSON that nobody may cache (RFC 6749 §5.1). */
export function jsonResponse(status: number, value: unknown, headers?: HeaderValues): HttpResponse {
  return {
    status,
    headers: headers === undefined ? ofJson : { ...ofJson, ...headers },
    body: JSON.stringify(value),
  }
}

export function emptyResponse(headers: HeaderValues = {}): HttpResponse {
  return { status: 204, headers: { ...noStore, ...headers }, body: undefined }
}

export function withHeaders(response: HttpResponse, headers: HeaderValues): HttpResponse {
  if (Object.keys(headers).length === 0) return response
  return { ...response, headers: { ...response.headers, ...headers } }
}
