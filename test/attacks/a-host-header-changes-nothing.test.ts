/**
 * Where the server is comes from configuration, never from a header (OWASP Forgot Password).
 *
 * supabase/auth: GHSA-3529-5m8x-rpv3, where X-Forwarded-Host and X-Forwarded-Proto decided the links
 * of mails. No mail is sent here yet; metadata, cookies and the rule on origins are what could tell.
 */

import { expect, test } from 'vitest'
import { claimsOf } from '../support/client.ts'
import { sendRaw } from '../support/send.ts'
import { createTestAuth, password, serveNode } from '../support/test-server.ts'

const issuer = 'https://auth.example'
const lies = [
  'X-Forwarded-Host: evil.example',
  'X-Forwarded-Proto: http',
  'X-Forwarded-For: 127.0.0.1',
  'Forwarded: host=evil.example;proto=http;for=127.0.0.1',
  'X-Original-Host: evil.example',
]

test('T1, C1, G8: host and forwarding headers change no issuer, cookie or link', async () => {
  const { auth } = await createTestAuth({ issuer })
  const base = await serveNode(auth)
  await auth.register({ username: 'ada', password })
  for (const lie of [...lies, 'X-Nothing: 1']) {
    const metadata = ['GET /auth/.well-known/oauth-authorization-server HTTP/1.1', lie]
    const described = await sendRaw(base, metadata)
    expect(described).toContain(`"issuer":"${issuer}"`)
    expect(described).not.toContain('evil.example')

    const body = JSON.stringify({ username: 'ada', password, transport: 'cookie' })
    const answer = await sendRaw(
      base,
      [
        'POST /auth/login HTTP/1.1',
        `Origin: ${issuer}`,
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
        lie,
      ],
      body,
    )
    const cookies = answer.split('\r\n').filter((line) => /^set-cookie:/i.test(line))
    expect(cookies).toHaveLength(3)
    for (const cookie of cookies) expect(cookie).toMatch(/: __(Host|Secure)-.*; Secure/)
    const token = /__Host-access_token=([^;]+)/.exec(answer)?.[1]
    expect(claimsOf(token)).toMatchObject({ iss: issuer, aud: issuer })
  }
})

test('C4, G8: a host header makes no foreign origin our own', async () => {
  const { auth } = await createTestAuth({ issuer })
  const base = await serveNode(auth)
  const body = JSON.stringify({ username: 'ada', password, transport: 'cookie' })
  for (const lie of lies) {
    const answer = await sendRaw(
      base,
      [
        'POST /auth/login HTTP/1.1',
        'Origin: https://evil.example',
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
        lie,
      ],
      body,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 403 /)
  }
})
