/**
 * An address is checked after normalising, and is one address (RFC 5321; IDNA).
 *
 * GHSA-7rqj-j65f-68wh: an address was checked before Unicode normalising, so that a fullwidth `@`
 * came through. GHSA-xv97-c62v-4587 (CVE-2022-35924): a list of addresses was taken for one.
 */

import { expect, test } from 'vitest'
import { send } from '../support/send.ts'
import { password, shareServer } from '../support/test-server.ts'

const server = shareServer()
const register = (email: string) =>
  send(`${server.get().base}/auth/register`, 'POST', { body: { email, password } })

test('M25, G8: lists of addresses and lookalikes of `@` are refused', async () => {
  const addresses = [
    'attacker@evil.example\uff20victim.example',
    'attacker\uff20evil.example',
    'attacker\ufe6bevil.example',
    'attacker@evil.example,victim@victim.example',
    'attacker@evil.example;victim@victim.example',
    'attacker@evil.example victim@victim.example',
    'attacker@evil.example\r\nBcc: victim@victim.example',
    '<attacker@evil.example>',
    '"attacker@evil.example"@victim.example',
    'victim@victim.example\u0000@evil.example',
    'victim\u200b@victim.example',
    'a@b@c.example',
    'victim@victim\u3002example',
  ]
  for (const email of addresses) {
    const { status, body } = await register(email)
    expect([email, status, body.code]).toEqual([email, 400, 'invalid_request'])
  }
})

test('M25, G8: every spelling of one address is one account', async () => {
  expect((await register('jos\u00e9@b\u00fccher.example')).status).toBe(201)
  for (const email of [
    'jose\u0301@bu\u0308cher.example',
    'JOS\u00c9@B\u00dcCHER.EXAMPLE',
    'jos\u00e9@xn--bcher-kva.example',
  ]) {
    const { status, body } = await register(email)
    expect([email, status, body.code]).toEqual([email, 409, 'email_taken'])
  }
})
