/**
 * Every JOSE vector as the bearer token of a request to a running server: none is ever accepted (G9, J8).
 *
 * Also the valid ones: they are no access tokens of this server. `jose.test.ts` judges them by key.
 */

import { beforeAll, describe, expect, test } from 'vitest'
import type { Auth } from '../../src/auth.ts'
import { createClient } from '../support/client.ts'
import { sendRaw } from '../support/send.ts'
import { createTestAuth, shareServer } from '../support/test-server.ts'
import { codeOf } from '../tokens/token-kit.ts'
import { vectorsFolder } from './vectors.ts'
import { type JoseFile, readJoseVectors } from './wycheproof.ts'

const server = shareServer()
const files: readonly JoseFile[] = ['signature', 'crypto', 'key', 'encryption']
const counts = { signature: 401, crypto: 83, key: 26, encryption: 139 }

async function statusOf(token: string): Promise<string> {
  const answer = await sendRaw(server.get().base, [
    'GET /guarded HTTP/1.1',
    `Authorization: Bearer ${token}`,
  ])
  return answer.slice('HTTP/1.1 '.length, 'HTTP/1.1 '.length + 3)
}

/** The best of five, so that another program's turn on the processor does not count. */
async function millisecondsToRefuse(auth: Auth, token: string): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < 5; round += 1) {
    const start = performance.now()
    expect(await codeOf(() => auth.verify(token))).toBe('invalid_token')
    times.push(performance.now() - start)
  }
  return Math.min(...times)
}

test('J17: a megabyte of token is refused within 5 ms, of every form', async () => {
  const { auth } = await createTestAuth()
  const long = 'A'.repeat(1_000_000)
  const segments = [
    `${long}.${long}.${long}`,
    `e30.${long}.AAAA`,
    '.'.repeat(1_000_000),
    '{'.repeat(1_000_000),
  ]
  for (const token of [long, ...segments]) {
    expect(await millisecondsToRefuse(auth, token)).toBeLessThan(5)
  }
})

if (vectorsFolder('wycheproof') !== undefined) {
  describe('G9: as a bearer token', () => {
    const client = { get: () => createClient(server.get().base) }
    beforeAll(async () => {
      await client.get().register('ada')
    })

    test.each(files)('every vector of json_web_%s is refused', async (file) => {
      const vectors = readJoseVectors(file)
      expect(vectors).toHaveLength(counts[file])
      for (const { token, name } of vectors) {
        // An empty or a divided value is no bearer token at all; the form of the header is judged first.
        expect([name, await statusOf(token)]).toEqual([name, expect.stringMatching(/^40[01]$/)])
      }
      const honest = client.get()
      await honest.login('ada')
      expect((await honest.call('GET', '/guarded')).status).toBe(200)
    })

    test('J8, J17: each JWE is refused within 5 ms', async () => {
      for (const { token, name } of readJoseVectors('encryption')) {
        expect(await millisecondsToRefuse(server.get().auth, token), name).toBeLessThan(5)
      }
    })
  })
}
