/** The JOSE vectors of C2SP Wycheproof as typed data: every JWS or JWE with the keys of its group. */

import type { JsonObject } from '../../src/tokens/strict-json.ts'
import { readVectors } from './vectors.ts'

export type JoseFile = 'signature' | 'crypto' | 'key' | 'encryption'

export interface JoseVector {
  /** File, number and comment, for messages. */
  readonly name: string
  /** Compact, or JSON as text where the vector is an object. */
  readonly token: string
  readonly valid: boolean
  readonly flags: readonly string[]
  /** Public keys and secrets that may verify it. */
  readonly keys: readonly (JsonObject & { readonly kid?: string; readonly alg?: string })[]
}

interface JoseTest {
  readonly tcId: number
  readonly comment: string
  readonly result: 'valid' | 'invalid'
  readonly flags: readonly string[]
  readonly jws?: unknown
  readonly jwe?: unknown
}

interface JoseGroup {
  /** One key, or a set of them. */
  readonly public?: JsonObject
  readonly private?: JsonObject
  readonly tests: readonly JoseTest[]
}

export function readJoseVectors(file: JoseFile): readonly JoseVector[] {
  const groups: readonly JoseGroup[] = readGroups(`json_web_${file}`)
  return groups.flatMap((group) => {
    const holder = group.public ?? group.private ?? {}
    const keys = (holder.keys ?? [holder]) as JoseVector['keys']
    return group.tests.map(({ tcId, comment, result, flags, jws, jwe }) => {
      const presented = jws ?? jwe
      return {
        name: `json_web_${file} ${tcId} ${comment}`,
        token: typeof presented === 'string' ? presented : JSON.stringify(presented),
        valid: result === 'valid',
        flags,
        keys,
      }
    })
  })
}

/** The groups of any Wycheproof file. */
export function readGroups<Group>(file: string): readonly Group[] {
  const json = readVectors(`wycheproof/${file}_test.json`).toString()
  return (JSON.parse(json) as { testGroups: readonly Group[] }).testGroups
}
