/**
 * Every naughty string in every string field of every route, in headers, paths and queries: 2xx or
 * 4xx, never 5xx, and the next honest request goes on (G7, M25).
 *
 * Fields that cost a password hash take a quarter of the strings each, every string in some of them;
 * with TEST_ALL_STRINGS=1 all of them.
 */

import { describe, expect, test } from 'vitest'
import { type Client, loggedIn } from '../support/client.ts'
import { describeOperations, type Operation } from '../support/operations.ts'
import { converse } from '../support/raw-http.ts'
import { send } from '../support/send.ts'
import { password, shareServer } from '../support/test-server.ts'
import { readVectors, vectorsFolder } from './vectors.ts'

const folder = vectorsFolder('blns')
const strings: readonly string[] =
  folder === undefined ? [] : JSON.parse(readVectors('blns/blns.json').toString())
const everything = process.env.TEST_ALL_STRINGS === '1'
const server = shareServer({ session: { limit: 'off', refreshLimit: 'off' } })

/** The other fields of a request in which one field is naughty. */
const rest: Record<string, Record<string, unknown>> = {
  'POST /register': { password },
  'POST /login': { password },
  'POST /password': { currentPassword: 'not the password', newPassword: password },
}
const operations = await describeOperations()
const fields = operations.flatMap((operation) =>
  Object.keys(operation.schema?.properties ?? {}).map((field) => ({ ...operation, field })),
)
const hashing = fields.filter(({ name }) => /login|register|password|DELETE/.test(name))

function stringsFor(operation: Operation & { readonly field: string }): readonly string[] {
  const place = hashing.findIndex(
    (one) => one.name === operation.name && one.field === operation.field,
  )
  if (everything || place === -1) return strings
  return strings.filter((_, index) => (index + place) % 4 === 0)
}

function expectNoFailure(what: unknown, status: number, type: string | null | undefined): void {
  expect([what, status >= 200 && status < 500, status]).toEqual([what, true, status])
  if (status >= 400) expect([what, type]).toEqual([what, 'application/problem+json'])
}

async function expectHonestWorks(honest: Client): Promise<void> {
  const { status, body } = await honest.call('GET', '/auth/profile')
  expect([status, body.user?.username]).toEqual([200, 'honest'])
  expect((await honest.refresh()).status).toBe(200)
}

/** Logged in long ago, so that an account is not deleted without its password. */
async function victim(name: string): Promise<Client> {
  const client = await loggedIn(server.get().base, name)
  server.get().advance(11 * 60_000)
  return client
}

describe.skipIf(folder === undefined)('G7, M25: naughty strings', () => {
  test('there are as many as there were', () => {
    expect(strings.length).toBeGreaterThanOrEqual(500)
    expect(fields.length).toBeGreaterThanOrEqual(14)
  })

  test.each(fields)('$name takes or refuses them as $field', { timeout: 300_000 }, async (one) => {
    const { base } = server.get()
    const honest = await loggedIn(base, 'honest')
    const { accessToken } = (await victim(`v-${fields.indexOf(one)}`)).held()
    // A log-out would end the session that the other strings need.
    const isLogout = one.name.startsWith('POST /logout')
    const headers = one.isGuarded && !isLogout ? { Authorization: `Bearer ${accessToken}` } : {}
    for (const [index, text] of stringsFor(one).entries()) {
      const body = { ...rest[one.name], [one.field]: text }
      const answer = await send(`${base}${one.path}`, one.method, { body, headers })
      expectNoFailure(text, answer.status, answer.headers.get('content-type'))
      if (index % 50 === 0) await expectHonestWorks(honest)
    }
    await expectHonestWorks(honest)
  })

  const lines = (text: string): readonly string[] => [
    `Authorization: Bearer ${text}`,
    `Authorization: ${text}`,
    `Cookie: access_token=${text}`,
    `Cookie: ${text}`,
    `User-Agent: ${text}`,
    `Origin: ${text}`,
    `Content-Type: ${text}`,
    `X-Forwarded-Method: ${text}`,
    `${text}: x`,
  ]

  test('every route takes or refuses them as header', { timeout: 120_000 }, async () => {
    const { base } = server.get()
    const honest = await loggedIn(base, 'honest')
    for (const [index, text] of strings.entries()) {
      const { method, path } = operations[index % operations.length] as Operation
      const requests = lines(text).map(
        (line) => `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${line}\r\n\r\n`,
      )
      await expectNoRawFailure(text, requests)
      if (index % 50 === 0) await expectHonestWorks(honest)
    }
    await expectHonestWorks(honest)
  })

  test('they are no path and no query that breaks anything', { timeout: 120_000 }, async () => {
    const { base } = server.get()
    const honest = await loggedIn(base, 'honest')
    const { accessToken } = (await victim('v-path')).held()
    const head = `HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${accessToken}\r\n\r\n`
    for (const text of strings) {
      const targets = [escaped(text), text].flatMap((part) => [
        `DELETE /auth/sessions/${part}`,
        `GET /auth/${part}`,
        `GET ${part}`,
        `GET /auth/profile?x=${part}`,
      ])
      await expectNoRawFailure(
        text,
        targets.map((target) => `${target} ${head}`),
      )
    }
    await expectHonestWorks(honest)
  })
})

async function expectNoRawFailure(text: string, requests: readonly string[]): Promise<void> {
  for (const request of requests) {
    const { answers } = await converse(server.get().base, [Buffer.from(request)])
    for (const { status } of answers) {
      expect([text, status >= 200 && status < 500, status]).toEqual([text, true, status])
    }
    expect([request, answers.length]).not.toEqual([request, 0])
  }
}

const escaped = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
