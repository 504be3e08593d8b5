/**
 * A token does not bring its own key (RFC 8725 §3.10; ASVS 9.1.3).
 *
 * node-jose: CVE-2018-0114 (the key in `jwk` was believed). jsonwebtoken: CVE-2022-23529, where what
 * comes as a key may be an object with methods of its own.
 */

import { generateKeyPairSync, sign } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { claimsOf, loggedIn } from '../support/client.ts'
import { send } from '../support/send.ts'
import { listen, shareServer } from '../support/test-server.ts'

const server = shareServer()
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

test('J4, G8: keys and addresses in the header are not used, and nothing is fetched', async () => {
  const { base } = server.get()
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'mine', alg: 'ES256', use: 'sig' }
  const fetched: unknown[] = []
  const evil = await listen((request, response) => {
    fetched.push(request.url)
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ keys: [jwk] }))
  })
  const claims = claimsOf((await loggedIn(base, 'ada')).held().accessToken)
  const der = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  const { text } = await send(`${base}/auth/.well-known/jwks.json`, 'GET')
  const ours: string = JSON.parse(text).keys[0].kid
  const headers = [
    { jwk },
    { jku: `${evil}/jwks.json` },
    { x5u: `${evil}/certificate.pem` },
    { x5c: [der] },
    { jwk, jku: `${evil}/jwks.json`, x5u: evil, x5c: [der] },
  ]
  const warnings: unknown[] = []
  const listenToWarnings = (warning: unknown): void => void warnings.push(warning)
  process.on('warning', listenToWarnings)
  onTestFinished(() => void process.off('warning', listenToWarnings))
  for (const header of headers) {
    for (const kid of ['mine', ours, `${evil}/jwks.json`, '../../../../dev/null', "' OR 1=1 --"]) {
      const signed = `${encode({ alg: 'ES256', typ: 'at+jwt', kid, ...header })}.${encode(claims)}`
      const dsaEncoding = 'ieee-p1363'
      const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding })
      const { status, body } = await send(`${base}/auth/profile`, 'GET', {
        headers: { Authorization: `Bearer ${signed}.${signature.toString('base64url')}` },
      })
      expect([status, body.code]).toEqual([401, 'invalid_token'])
    }
  }
  expect(fetched).toEqual([])
  expect(warnings).toEqual([])
})
