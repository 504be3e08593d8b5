/** A token that was verified once vouches for no other (J20; CVE-2026-35039). */

import { expect, test } from 'vitest'
import { claimsOf, loggedIn } from '../support/client.ts'
import { createTestAuth, serveNode } from '../support/test-server.ts'
import { codeOf } from '../tokens/token-kit.ts'

const users = 10
const turns = 60_000

test('J20: by turns, every token names its own account and session', async () => {
  const { auth } = await createTestAuth()
  const base = await serveNode(auth)
  const owned: { readonly accessToken: string; readonly sub: string; readonly sid: string }[] = []
  for (let at = 0; at < users; at += 1) {
    const { accessToken } = (await loggedIn(base, `user-${at}`)).held()
    owned.push({ accessToken, ...claimsOf(accessToken) })
  }
  for (let turn = 0; turn < turns; turn += 1) {
    const { accessToken, sub, sid } = owned[(turn * 7919) % users] as (typeof owned)[number]
    const verified = auth.verify(accessToken)
    const claims = verified instanceof Promise ? await verified : verified
    if (claims.sub !== sub || claims.sid !== sid) throw new Error(`turn ${turn}: another's claims`)
  }
})

test('J20: after a token was verified, no mixture of it and another is', async () => {
  const { auth } = await createTestAuth()
  const base = await serveNode(auth)
  const [ada, eve] = [await loggedIn(base, 'ada'), await loggedIn(base, 'eve')]
  const tokens = [ada.held().accessToken, eve.held().accessToken]
  for (const token of tokens) await auth.verify(token)
  const [[header, adas, adasSignature], [, eves, evesSignature]] = tokens.map((token) =>
    token.split('.'),
  ) as [string[], string[]]
  const mixtures = [
    `${header}.${adas}.${evesSignature}`,
    `${header}.${eves}.${adasSignature}`,
    `${header}.${adas}`,
    `.${adas}.${adasSignature}`,
    `..${adasSignature}`,
    `${adasSignature}`,
    `${header}.${adas}.${adasSignature}.${evesSignature}`,
    `${header}.${adas}.${adasSignature}=`,
    `${header}.${adas}.${adasSignature} `,
  ]
  for (const mixture of mixtures) {
    expect(await codeOf(() => auth.verify(mixture))).toBe('invalid_token')
    expect(await codeOf(() => auth.verify(mixture))).toBe('invalid_token')
  }
  for (const token of tokens) expect(await codeOf(() => auth.verify(token))).toBe('none')
})

test('J20: a verified token ends with its session and with its time', async () => {
  const { auth, advance } = await createTestAuth()
  const base = await serveNode(auth)
  const [ada, eve] = [await loggedIn(base, 'ada'), await loggedIn(base, 'eve')]
  const tokens = [ada.held().accessToken, eve.held().accessToken] as const
  for (const token of tokens) await auth.verify(token)
  await ada.call('POST', '/auth/logout')
  expect(await codeOf(() => auth.verify(tokens[0]))).toBe('session_ended')
  expect(await codeOf(() => auth.verify(tokens[1]))).toBe('none')
  advance(906_000)
  expect(await codeOf(() => auth.verify(tokens[1]))).toBe('token_expired')
})
