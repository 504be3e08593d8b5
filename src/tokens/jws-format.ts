/**
 * The form of a compact JWS, judged before a key is looked for (RFC 7515 §2, §5.2; RFC 8725 §3).
 *
 * Verifies no signature and no claim. Headers that name or carry a key (jwk, jku, x5u, x5c) are
 * never read, so they can have no effect.
 */

import { decode } from 'jose/base64url'
import { refuseToken } from './refuse-token.ts'
import { type JsonObject, parseStrictJsonObject } from './strict-json.ts'

/** Longest access token that is looked at, in characters. */
export const maximumTokenLength = 8192
const maximumHeaderBytes = 1024
const maximumKidLength = 128

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const dot = 0x2e
/** The six bits of a base64url character by its code; 255 for what is none. */
const sextets = new Uint8Array(128).fill(255)
for (const [value, character] of [...alphabet].entries()) sextets[character.charCodeAt(0)] = value

/** A compact JWS of the right form; nothing in it is verified. */
export interface UnverifiedJws {
  readonly algorithm: string
  /** The three segments, as they were presented. */
  readonly protected: string
  readonly payload: string
  readonly signature: string
}

/** What is looked at in an access token before its key is. */
export interface UnverifiedAccessToken extends UnverifiedJws {
  readonly kid: string
}

/** @throws AuthError `invalid_token` when it is not a compact JWS of type `at+jwt` with a kid. */
export function parseAccessTokenJws(presentedToken: string): UnverifiedAccessToken {
  const { header, ...jws } = parseCompactJws(presentedToken)
  const { typ, kid } = header
  if (jws.payload === '') refuseToken('no claims')
  if (typ !== 'at+jwt' && typ !== 'application/at+jwt') refuseToken('typ is not at+jwt')
  if (typeof kid !== 'string' || kid === '' || kid.length > maximumKidLength) {
    refuseToken('kid is not a short string')
  }
  return { ...jws, kid }
}

/**
 * Takes a compact JWS of any type apart.
 *
 * @returns its parts, and its header with everything that it says.
 * @throws AuthError `invalid_token` when it has another form, or asks for an extension.
 */
export function parseCompactJws(
  presentedToken: string,
): UnverifiedJws & { readonly header: JsonObject } {
  const [protectedHeader, payload, signature] = splitToken(presentedToken)
  if (protectedHeader.length > Math.ceil((maximumHeaderBytes * 4) / 3)) {
    refuseToken('header too long')
  }
  const header = readHeader(protectedHeader)
  return { algorithm: header.alg, header, protected: protectedHeader, payload, signature }
}

function splitToken(token: string): readonly [string, string, string] {
  if (typeof token !== 'string') refuseToken('not a string')
  if (token.length > maximumTokenLength) refuseToken('token too long')
  const dots: number[] = []
  for (let at = 0; at < token.length; at += 1) {
    const code = token.charCodeAt(at)
    if (code === dot) dots.push(at)
    else if ((sextets[code] ?? 255) === 255) refuseToken('foreign character')
    if (dots.length > 2) refuseToken('more than three segments')
  }
  const [first, second] = dots
  if (first === undefined || second === undefined) refuseToken('fewer than three segments')
  const segments = [
    token.slice(0, first),
    token.slice(first + 1, second),
    token.slice(second + 1),
  ] as const
  if (!segments.every(isCanonical)) refuseToken('segment is not canonical base64url')
  // A payload may be empty (RFC 7515 §3), what protects it may not.
  if (segments[0] === '' || segments[2] === '') refuseToken('no header or no signature')
  return segments
}

/** A possible length, and no bits left over in the last character (RFC 4648 §3.5). */
function isCanonical(segment: string): boolean {
  const rest = segment.length % 4
  if (rest === 1) return false
  const last = sextets[segment.charCodeAt(segment.length - 1)] ?? 255
  if (rest === 2) return (last & 0b1111) === 0
  return rest === 0 || (last & 0b11) === 0
}

function readHeader(segment: string): JsonObject & { readonly alg: string } {
  const header = parseStrictJsonObject(decode(segment))
  if (header === undefined) refuseToken('header is not a strict JSON object')
  // No extension is understood here, so none may be asked for (RFC 7515 §4.1.11, RFC 7797 §3).
  for (const name of ['crit', 'b64', 'zip', 'enc']) {
    if (Object.hasOwn(header, name)) refuseToken(`header has ${name}`)
  }
  const { alg } = header
  if (typeof alg !== 'string') refuseToken('alg is not a string')
  return { ...header, alg }
}
