/** Whose request it is behind proxies (H4; OWASP ASVS 5.0 4.1.3, 15.3.4). */

import { expect, test } from 'vitest'
import { createClientAddress } from '../../src/http/client-address.ts'
import type { AuthOptions } from '../../src/options/auth-options.ts'
import { resolveOptions } from '../../src/options/resolve-options.ts'
import { send } from '../support/send.ts'
import { createTestAuth, password } from '../support/test-server.ts'
import { waysOfServing } from '../support/ways-of-serving.ts'

function addressOf(
  options: AuthOptions,
  peer: string | undefined,
  headers: Record<string, string>,
) {
  const reports: unknown[] = []
  const { trustedProxies } = resolveOptions(options, {})
  const clientAddress = createClientAddress(trustedProxies, (error) => reports.push(error))
  const request = { address: peer, header: (name: string) => headers[name] }
  return { address: clientAddress(request), again: clientAddress(request), reports }
}

const behind = (
  forwardedFor: string,
  trustedProxies = ['loopback', '10.0.0.0/8', '2001:db8:a::/48'],
) => addressOf({ trustedProxies }, '127.0.0.1', { 'x-forwarded-for': forwardedFor }).address

test('H4: without trusted proxies the header counts for nothing, and that is told once', () => {
  const { address, again, reports } = addressOf({}, '::ffff:192.0.2.1', {
    'x-forwarded-for': '198.51.100.1',
  })
  expect([address, again, reports.length]).toEqual(['192.0.2.1', '192.0.2.1', 1])
  expect(String(reports)).toContain('COUNTERSIGN_TRUSTED_PROXIES')
  expect(String(reports)).not.toMatch(/\d+\.\d+\.\d+/)
  expect(addressOf({}, '192.0.2.1', {}).reports).toEqual([])
})

test('H4: a peer that is not trusted is the client, whatever it says', () => {
  const headers = { 'x-forwarded-for': '198.51.100.1', forwarded: 'for=198.51.100.1' }
  expect(addressOf({ trustedProxies: ['loopback'] }, '192.0.2.1', headers).address).toBe(
    '192.0.2.1',
  )
  expect(addressOf({ trustedProxies: ['loopback'] }, undefined, headers).address).toBeUndefined()
  expect(addressOf({ trustedProxies: ['loopback'] }, '/run/s.sock', headers).address).toBe(
    '/run/s.sock',
  )
})

test('H4: the right-most address that is no trusted proxy is the client', () => {
  for (const [header, client] of [
    ['198.51.100.1', '198.51.100.1'],
    ['203.0.113.9, 198.51.100.1', '198.51.100.1'],
    ['203.0.113.9,198.51.100.1,10.1.2.3 , 10.1.2.4', '198.51.100.1'],
    ['127.0.0.1, 198.51.100.1', '198.51.100.1'],
    ['198.51.100.1:4711', '198.51.100.1'],
    ['2001:DB8::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['::ffff:198.51.100.1, 2001:db8:a::7', '198.51.100.1'],
    ['10.1.2.3, 10.1.2.4', '10.1.2.3'],
    ['', '127.0.0.1'],
  ] as const) {
    expect([header, behind(header)]).toEqual([header, client])
  }
})

test('H4: an entry that cannot be read ends the walk at the last proxy before it', () => {
  for (const wrong of [
    'unknown',
    '_hidden',
    '198.51.100.1:port',
    '[198.51.100.1]',
    '[2001:db8::1',
    '999.1.1.1',
    '"198.51.100.1"',
    '198.51.100.1\u0000',
    'x'.repeat(10_000),
  ]) {
    expect(behind(`198.51.100.1, ${wrong}, 10.1.2.3`)).toBe('10.1.2.3')
    expect(behind(`198.51.100.1, ${wrong}`)).toBe('127.0.0.1')
  }
})

test('H4: Forwarded (RFC 7239) is read where it is chosen, and then nothing else', () => {
  const options: AuthOptions = { trustedProxies: ['loopback'], forwardedHeader: 'forwarded' }
  const from = (forwarded: string) =>
    addressOf(options, '::1', { forwarded, 'x-forwarded-for': '203.0.113.9' }).address
  for (const [header, client] of [
    ['for=198.51.100.1', '198.51.100.1'],
    ['For="198.51.100.1:80";proto=https;by=203.0.113.43', '198.51.100.1'],
    ['for=203.0.113.9, for="[2001:db8:cafe::17]:4711"', '2001:db8:cafe::17'],
    ['for=203.0.113.9;host="a,b;for=1.2.3.4", FOR=198.51.100.1 ; x=y', '198.51.100.1'],
    ['for=198.51.100.1, for=127.0.0.1', '198.51.100.1'],
    ['for=198.51.100.1, proto=https', '::1'],
    ['for=198.51.100.1, for=unknown', '::1'],
    ['for=198.51.100.1;for=198.51.100.2', '::1'],
    ['nonsense', '::1'],
  ] as const) {
    expect([header, from(header)]).toEqual([header, client])
  }
  const none = { trustedProxies: ['loopback'] }
  expect(addressOf(none, '::1', { forwarded: 'for=198.51.100.1' }).address).toBe('::1')
})

test.each(waysOfServing)(
  'H4: the session list has the client of a trusted proxy (%s)',
  async (_, serve) => {
    const { auth } = await createTestAuth({ trustedProxies: ['loopback'] })
    const base = await serve(auth)
    await auth.register({ username: 'ada', password })
    const body = { username: 'ada', password }
    const headers = { 'X-Forwarded-For': '203.0.113.9, 198.51.100.1' }
    const { accessToken } = (await send(`${base}/auth/login`, 'POST', { body, headers })).body
    const list = await send(`${base}/auth/sessions`, 'GET', {
      headers: { Authorization: `Bearer ${accessToken}` },
    })
    expect(list.body.sessions?.[0]?.address).toBe('198.51.100.1')
  },
)
