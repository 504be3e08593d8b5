/** Turns a `node:http` request into the plain request that `http/` works on. */

import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { AuthError } from '../errors.ts'
import type { GuardRequest, HttpRequest, RequestBody } from '../http/request.ts'
import { maximumBodyBytes } from '../http/request.ts'
import { countLines, type HeadersOf, presentHeaders, type ReadHeader } from './headers.ts'

/** Frameworks leave what their body parser made here. */
type MaybeParsed = IncomingMessage & { readonly body?: unknown }

export function guardRequest(
  request: IncomingMessage,
  headersOf: HeadersOf = presentHeaders,
): GuardRequest {
  const header = headersOf(request)
  return {
    method: request.method ?? 'GET',
    header,
    repeatedAuthorization: hasRepeatedAuthorization(request, header),
  }
}

/** @param path under the mount point, without the query. */
export function httpRequest(
  request: MaybeParsed,
  path: string,
  headersOf: HeadersOf = presentHeaders,
): HttpRequest {
  return {
    ...guardRequest(request, headersOf),
    path,
    // Now, for a client that leaves takes it along, and would not be counted.
    address: request.socket.remoteAddress,
    body: () => readBody(request),
  }
}

// Node keeps the first of several Authorization lines and says nothing of the others.
const hasRepeatedAuthorization = (request: IncomingMessage, header: ReadHeader): boolean =>
  header('authorization') !== undefined && countLines(request.rawHeaders, 'authorization') > 1

export async function readBody(request: MaybeParsed): Promise<RequestBody> {
  // Somebody else has read the stream: their result is all there is.
  if (request.readableDidRead || request.readableEnded) return parsedElsewhere(request.body)
  return request.complete ? takeArrived(request) : readStream(request)
}

// What has arrived whole need not be waited for.
function takeArrived(request: IncomingMessage): RequestBody {
  const bytes: Buffer | null = request.read()
  if (bytes === null) return { bytes: noBytes }
  return bytes.length > maximumBodyBytes ? { tooLarge: true } : { bytes }
}

const noBytes = new Uint8Array()

function parsedElsewhere(body: unknown): RequestBody {
  if (body instanceof Uint8Array) return { bytes: body }
  if (typeof body === 'string') return { bytes: Buffer.from(body) }
  return { parsed: body }
}

/** Reads at most `maximumBodyBytes` of a stream. @throws AuthError when it breaks off. */
export function readStream(stream: Readable): Promise<RequestBody> {
  return new Promise((resolve, reject) => {
    // Of one that is gone nothing more will be heard.
    if (stream.destroyed) throw new AuthError('invalid_request')
    const chunks: Buffer[] = []
    let length = 0
    stream.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= maximumBodyBytes) chunks.push(chunk)
      else resolve({ tooLarge: true })
    })
    stream.on('end', () => resolve({ bytes: Buffer.concat(chunks) }))
    // The client left in the middle: nothing that anyone has to hear of.
    stream.on('error', (cause) => reject(new AuthError('invalid_request', { cause })))
  })
}
