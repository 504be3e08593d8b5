/**
 * A cache of verified tokens never answers for another token (J20).
 *
 * fast-jwt: CVE-2026-35039 (GHSA-rp9m-7r4c-75qg), where keys of the cache that collide give one
 * token the claims of another; wso2/product-apim#7406, where a known signature under other claims
 * was taken for verified.
 */

import { expect, test } from 'vitest'
import { type Client, claimsOf, loggedIn } from '../support/client.ts'
import { send } from '../support/send.ts'
import { shareServer } from '../support/test-server.ts'

const server = shareServer()

async function people(names: readonly string[]): Promise<Client[]> {
  const clients: Client[] = []
  for (const name of names) clients.push(await loggedIn(server.get().base, name))
  return clients
}

const visit = (token: string) =>
  send(`${server.get().base}/anything`, 'GET', { headers: { Authorization: `Bearer ${token}` } })

test('J20, G8: people who come by turns, in any order, are each themselves', async () => {
  const clients = await people(['ada', 'bob', 'cleo'])
  const tokens = clients.map((client) => client.held().accessToken)
  const visits = Array.from({ length: 300 }, (_, index) => tokens[(index * 7) % 3] ?? '')
  const answers = await Promise.all(visits.map(visit))
  expect(answers.map(({ body }) => body.user)).toEqual(visits.map((token) => claimsOf(token).sub))
})

test('J20, G8: parts of known tokens put together anew are refused', async () => {
  const tokens = (await people(['dora', 'emil'])).map((client) => client.held().accessToken)
  for (const token of tokens) expect((await visit(token)).status).toBe(200)
  const parts = tokens.map((token) => token.split('.'))
  const choices = [0, 1]
  for (const header of choices) {
    for (const payload of choices) {
      for (const signature of choices) {
        if (payload === signature) continue
        const mixed = [parts[header]?.[0], parts[payload]?.[1], parts[signature]?.[2]].join('.')
        expect((await visit(mixed)).body.code).toBe('invalid_token')
      }
    }
  }
})

test('J20, G8: a known signature under raised rights is refused', async () => {
  const [client] = await people(['fritz'])
  const token = client?.held().accessToken ?? ''
  expect((await visit(token)).status).toBe(200)
  const [header, payload, signature] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString())
  const raised = Buffer.from(JSON.stringify({ ...claims, roles: ['admin'] })).toString('base64url')
  expect((await visit(`${header}.${raised}.${signature}`)).body.code).toBe('invalid_token')
})
