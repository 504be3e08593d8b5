/**
 * The form of a compact JWS, judged before a key is looked for (RFC 7515 §2, §5.2; RFC 8725 §3).
 *
 * Verifies no signature and no claim. Headers that name or carry a key (jwk, jku, x5u, x5c) are
 * never read, so they can have no effect.
 */

import { refuseToken } from './refuse-token.ts'
import type { Signatures } from './signatures.ts'
import { type JsonObject, parseStrictJsonObject } from './strict-json.ts'

/** Longest access token that is looked at, in characters. */
export const maximumTokenLength = 8192
const maximumHeaderBytes = 1024
const maximumKidLength = 128

/** A compact JWS of the right form; nothing in it is verified. */
export interface UnverifiedJws {
  readonly algorithm: string
  /** What the signature is over: the first two segments and their dot, as they were presented. */
  readonly signed: string
  readonly payload: Uint8Array
  readonly signature: Uint8Array<ArrayBuffer>
}

/** What is looked at in an access token before its key is. */
export interface UnverifiedAccessToken extends UnverifiedJws {
  readonly kid: string
}

/** What the header of an access token says, as far as it is heeded. */
type AccessHeader = Pick<UnverifiedAccessToken, 'algorithm' | 'kid'>

/**
 * Makes the function that takes access tokens apart.
 *
 * It throws AuthError `invalid_token` for what is no compact JWS of type `at+jwt` with a kid. All
 * tokens of a key begin with the same header, so the last one is known again by its text.
 */
export function createAccessTokenParser(
  decode: Signatures['decode'],
): (presentedToken: string) => UnverifiedAccessToken {
  let last: { readonly text: string; readonly header: AccessHeader } | undefined
  return (presentedToken) => {
    const { start, signed, payload, signature } = splitToken(presentedToken, decode)
    if (payload.length === 0) refuseToken('no claims')
    if (last?.text !== start) last = { text: start, header: readAccessHeader(start, decode) }
    const { algorithm, kid } = last.header
    return { algorithm, kid, signed, payload, signature }
  }
}

/**
 * Takes a compact JWS of any type apart.
 *
 * @returns its parts, and its header with everything that it says.
 * @throws AuthError `invalid_token` when it has another form, or asks for an extension.
 */
export function parseCompactJws(
  presentedToken: string,
  decode: Signatures['decode'],
): UnverifiedJws & { readonly header: JsonObject } {
  const { start, ...segments } = splitToken(presentedToken, decode)
  const header = readHeader(start, decode)
  return { algorithm: header.alg, header, ...segments }
}

function splitToken(token: string, decode: Signatures['decode']) {
  if (typeof token !== 'string') refuseToken('not a string')
  if (token.length > maximumTokenLength) refuseToken('token too long')
  const first = token.indexOf('.')
  const second = token.indexOf('.', first + 1)
  if (first < 0 || second < 0) refuseToken('fewer than three segments')
  if (token.indexOf('.', second + 1) >= 0) refuseToken('more than three segments')
  const payload = decode(token.slice(first + 1, second))
  const signature = decode(token.slice(second + 1))
  if (payload === undefined || signature === undefined) {
    refuseToken('segment is not canonical base64url')
  }
  // A payload may be empty (RFC 7515 §3), what protects it may not.
  if (first === 0 || signature.length === 0) refuseToken('no header or no signature')
  return { start: token.slice(0, first), signed: token.slice(0, second), payload, signature }
}

function readAccessHeader(segment: string, decode: Signatures['decode']): AccessHeader {
  const { alg: algorithm, typ, kid } = readHeader(segment, decode)
  if (typ !== 'at+jwt' && typ !== 'application/at+jwt') refuseToken('typ is not at+jwt')
  if (typeof kid !== 'string' || kid === '' || kid.length > maximumKidLength) {
    refuseToken('kid is not a short string')
  }
  return { algorithm, kid }
}

function readHeader(
  segment: string,
  decode: Signatures['decode'],
): JsonObject & { readonly alg: string } {
  if (segment.length > Math.ceil((maximumHeaderBytes * 4) / 3)) refuseToken('header too long')
  const bytes = decode(segment)
  const header = bytes && parseStrictJsonObject(bytes)
  if (header === undefined) refuseToken('header is not a strict JSON object')
  // No extension is understood here, so none may be asked for (RFC 7515 §4.1.11, RFC 7797 §3).
  for (const name of ['crit', 'b64', 'zip', 'enc']) {
    if (Object.hasOwn(header, name)) refuseToken(`header has ${name}`)
  }
  const { alg } = header
  if (typeof alg !== 'string') refuseToken('alg is not a string')
  return { ...header, alg }
}
