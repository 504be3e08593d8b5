/** Signs compact JWS (RFC 7515 §7.1) with a signing key. */

import type { SigningKey } from './key-set.ts'

export type JwsSigner = (payload: string, key: SigningKey) => Promise<string>

/** @param typ of the tokens that are signed (RFC 8725 §3.11). */
export function createJwsSigner(typ: string): JwsSigner {
  // The protected header of the last key, encoded, and its dot.
  let last: { readonly signingKey: SigningKey; readonly start: string } | undefined
  return async (payload, signingKey) => {
    if (last?.signingKey !== signingKey) last = { signingKey, start: startOf(typ, signingKey) }
    const signed = last.start + Buffer.from(payload).toString('base64url')
    const signature = await signingKey.sign(Buffer.from(signed, 'latin1'))
    return `${signed}.${signature.toString('base64url')}`
  }
}

const startOf = (typ: string, { algorithm: alg, kid }: SigningKey): string =>
  `${Buffer.from(JSON.stringify({ alg, typ, kid })).toString('base64url')}.`
