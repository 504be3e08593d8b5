/**
 * Fetches the keys of an issuer: its metadata (RFC 8414 §3), then the JWKS that they name.
 *
 * Keeps nothing but where the JWKS is. Each request has a deadline of one second; an answer that is too long, a
 * redirect, and a place without https are refused.
 */

import { defaults } from '../options/auth-options.ts'
import { type PublishedKey, readPublishedKeys } from '../tokens/published-keys.ts'
import type { Signatures } from '../tokens/signatures.ts'
import { parseStrictJsonObject } from '../tokens/strict-json.ts'
import { paths } from '../wire.ts'

export interface FetchedKeys {
  readonly keys: readonly PublishedKey[]
  /** How long the answer may be kept, as its headers say; undefined when they do not. */
  readonly maxAgeSeconds: number | undefined
}

/** The part of `fetch` that is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface KeyFetchOptions {
  readonly issuer: string
  /** Left out: the issuer's metadata name it. */
  readonly jwksUri: string | undefined
  readonly fetch: Fetch
  /** True for a URL from which keys may be fetched. */
  readonly isTrusted: (url: string) => boolean
  /** Imports the keys. */
  readonly signatures: Signatures
}

interface Answer {
  readonly status: number
  readonly body: Uint8Array
  readonly headers: Headers
}

const deadlineMilliseconds = 1000
const maximumAnswerBytes = 65_536

/** The function that it makes rejects with a sentence for the operator. */
export function createKeyFetch(options: KeyFetchOptions): () => Promise<FetchedKeys> {
  let jwksUri = options.jwksUri
  return async () => {
    const get = (url: string): Promise<Answer> => {
      const deadline = AbortSignal.timeout(deadlineMilliseconds)
      return within(deadline, request(options, url, deadline))
    }
    try {
      jwksUri ??= await discover(options, get)
      return await fetchJwks(jwksUri, get, options.signatures)
    } catch (error) {
      // It may have moved, so the next try asks anew.
      jwksUri = options.jwksUri
      throw error
    }
  }
}

async function fetchJwks(
  url: string,
  get: (url: string) => Promise<Answer>,
  signatures: Signatures,
): Promise<FetchedKeys> {
  const { status, body, headers } = await get(url)
  if (status !== 200) throw new Error(`${url} answered ${status}`)
  try {
    return { keys: await readPublishedKeys(body, signatures), maxAgeSeconds: maxAgeOf(headers) }
  } catch (cause) {
    throw new Error(`${url}: ${(cause as Error).message}`, { cause })
  }
}

/** The URL of the JWKS. */
async function discover(
  { issuer, isTrusted }: KeyFetchOptions,
  get: (url: string) => Promise<Answer>,
): Promise<string> {
  const reasons: string[] = []
  for (const place of metadataPlaces(issuer)) {
    const { status, body } = await get(place)
    const metadata = parseStrictJsonObject(body)
    // RFC 8414 §3.3: metadata of another issuer must not be used. Nor is a page, which is what many
    // applications answer for every path that they do not know.
    if (status !== 200 || metadata?.issuer !== issuer) {
      reasons.push(
        status === 200 ? `${place} is not about ${issuer}` : `${place} answered ${status}`,
      )
      continue
    }
    const { jwks_uri: url } = metadata
    if (typeof url !== 'string' || !isTrusted(url)) {
      throw new Error(`${place} names no jwks_uri with https`)
    }
    return url
  }
  throw new Error(`no metadata of the issuer, jwksUri may help: ${reasons.join('; ')}`)
}

/** Where RFC 8414 §3.1 puts them, and where an application has them that mounts the routes. */
function metadataPlaces(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname === '/' ? '' : pathname
  return [
    `${origin}${paths.metadata}${path}`,
    `${origin}${path}${defaults.basePath}${paths.metadata}`,
  ]
}

async function request(
  { fetch }: KeyFetchOptions,
  url: string,
  signal: AbortSignal,
): Promise<Answer> {
  // `manual` and not `error`, which some runtimes do not know: a redirect is then not a 200.
  const init = { headers: { Accept: 'application/json' }, redirect: 'manual', signal } as const
  let response: Response
  try {
    response = await fetch(url, init)
  } catch (cause) {
    throw new Error(`${url} cannot be reached`, { cause })
  }
  const { status, headers } = response
  if (status === 200) return { status, headers, body: await readBody(response, url) }
  await response.body?.cancel()
  return { status, headers, body: new Uint8Array() }
}

async function readBody(response: Response, url: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(maximumAnswerBytes)
  let length = 0
  const reader = response.body?.getReader()
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
    if (done) return bytes.subarray(0, length)
    if (length + value.byteLength > maximumAnswerBytes) {
      await reader?.cancel()
      throw new Error(`${url} answered more than ${maximumAnswerBytes} bytes`)
    }
    bytes.set(value, length)
    length += value.byteLength
  }
}

/** Also where a `fetch` of the application's own does not heed the signal. */
function within<Result>(deadline: AbortSignal, running: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new Error(`no answer within ${deadlineMilliseconds} ms`))
    if (deadline.aborted) giveUp()
    deadline.addEventListener('abort', giveUp)
    running.then(resolve, reject).finally(() => deadline.removeEventListener('abort', giveUp))
  })
}

/** `max-age` less the time that caches on the way have kept it (RFC 9111 §4.2). */
function maxAgeOf(headers: Headers): number | undefined {
  const found = /(?:^|[\s,])max-age="?(\d{1,9})/i.exec(headers.get('cache-control') ?? '')
  if (found === null) return undefined
  const age = /^\d{1,9}$/.exec(headers.get('age') ?? '')?.[0] ?? 0
  return Math.max(0, Number(found[1]) - Number(age))
}
