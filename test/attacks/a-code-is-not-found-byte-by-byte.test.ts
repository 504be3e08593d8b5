/**
 * Codes and signatures are compared in constant time (J19; ASVS 11.2.4).
 *
 * Time itself cannot be measured on a shared machine to the nanosecond that this is about, so the
 * source is read: who recomputes a code compares it with `timingSafeEqual`; where there is nothing of
 * Node, HS256 is left to WebCrypto, whose `verify` does.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const source = fileURLToPath(new URL('../../src/', import.meta.url))
const read = (path: string): string => readFileSync(join(source, path), 'utf8')

test('J19: the code of a refresh token is compared with timingSafeEqual', () => {
  const text = read('tokens/refresh-token.ts')
  expect(text).toContain('timingSafeEqual(code, bytes.subarray(bodyBytes))')
})

test('J19: no file of tokens and keys compares bytes or digests in any other way', () => {
  const files = ['tokens', 'crypto'].flatMap((folder) =>
    readdirSync(join(source, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`),
  )
  expect(files.length).toBeGreaterThan(10)
  const shortcut =
    /\.equals\(|\.compare\(|\b(digest|hash|mac)\([^)]*\)\s*[!=]==|[!=]==\s*[\w.]*\b(digest|hash|mac)\(/
  expect(files.filter((file) => shortcut.test(read(file)))).toEqual([])
})

test('J19: the code of HS256 is compared with timingSafeEqual, or by WebCrypto', () => {
  expect(read('tokens/node-signatures.ts')).toContain('timingSafeEqual(signature, expected)')
  expect(read('tokens/web-signatures.ts')).toContain('subtle.verify(verifiedBy, key, signature,')
  expect(read('tokens/verify-access-token.ts')).toContain('verifySignature(jws, key)')
})
