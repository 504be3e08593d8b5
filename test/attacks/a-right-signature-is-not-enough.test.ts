/** What our own key signed, and is no access token of ours all the same (J6, J9-J12, J16, J18). */

import { expect, test } from 'vitest'
import { serverThatSigns } from './server-that-signs.ts'

const refused = '401 invalid_token'

test('the harness signs as the server does', async () => {
  const { sign, verdict, genuine } = await serverThatSigns()
  expect(await verdict(await sign(genuine.claims))).toBe('200')
  expect(await verdict(await sign(genuine.claims, JSON.stringify(genuine.header)))).toBe('200')
})

test('J6: an extension that must be understood is refused, and so is a malformed list', async () => {
  const { sign, verdict, genuine } = await serverThatSigns()
  const lists = [[], ['exp'], ['b64'], ['alg', 'alg'], ['x'], 'x', null, {}, [null], [1]]
  const headers = [
    ...lists.flatMap((crit) => [{ crit }, { crit, x: 1 }]),
    ...[{ b64: true }, { b64: false }, { zip: 'DEF' }, { enc: 'A128GCM' }],
  ]
  for (const extra of headers) {
    const header = JSON.stringify({ ...genuine.header, ...extra })
    expect([header, await verdict(await sign(genuine.claims, header))]).toEqual([header, refused])
  }
})

test('J9: a member twice is refused, in header and claims, at any depth, in any spelling', async () => {
  const { sign, verdict, genuine } = await serverThatSigns()
  const header = JSON.stringify(genuine.header)
  for (const extra of ['"alg":"none"', '"kid":"x"', '"typ":"JWT"', '"\\u0061lg":"ES256"']) {
    expect(await verdict(await sign(genuine.claims, `{${extra},${header.slice(1)}`))).toBe(refused)
    expect(await verdict(await sign(genuine.claims, `${header.slice(0, -1)},${extra}}`))).toBe(
      refused,
    )
  }
  const claims = JSON.stringify(genuine.claims)
  const members = [
    '"sub":"x"',
    '"exp":1',
    '"r\\u006fles":["admin"]',
    '"x":{"a":1,"a":2}',
    '"x":[{"":1,"":2}]',
  ]
  for (const extra of members) {
    expect(await verdict(await sign(`{${extra},${claims.slice(1)}`))).toBe(refused)
    expect(await verdict(await sign(`${claims.slice(0, -1)},${extra}}`))).toBe(refused)
  }
  expect(await verdict(await sign(`{"x":{"a":1},"y":{"a":2},${claims.slice(1)}`))).toBe('200')
})

test('J10: times are whole numbers, in order and near', async () => {
  const { sign, verdict, genuine } = await serverThatSigns()
  const now = Math.floor(Date.now() / 1000)
  const day = 86_400
  const changes = [
    ...[undefined, null, '', String(now + 60), now + 60.5, -1, 1e300, [now + 60], true].map(
      (exp) => ({ exp }),
    ),
    ...[undefined, null, String(now), now + 120, now + 0.5, [now]].map((iat) => ({ iat })),
    ...[null, String(now), now + 120, now + 0.5, [now], false].map((nbf) => ({ nbf })),
    ...[
      { iat: now, exp: now + day + 1 },
      { iat: 0, exp: now + 60 },
    ],
  ]
  for (const change of changes) {
    const claims = { ...genuine.claims, ...change }
    expect([change, await verdict(await sign(claims))]).toEqual([change, refused])
  }
  const old = { ...genuine.claims, iat: now - 120, exp: now - 60 }
  expect(await verdict(await sign(old))).toBe('401 token_expired')
})

test('J10: sub, sid, jti and client_id are names, and rights are lists of them', async () => {
  const { sign, verdict, genuine } = await serverThatSigns()
  for (const name of ['sub', 'sid', 'jti', 'client_id', 'amr', 'roles', 'scope', 'epoch']) {
    for (const value of [undefined, null, 0.5, true, {}, [[]], [null]]) {
      const claims = { ...genuine.claims, [name]: value }
      expect([name, value, await verdict(await sign(claims))]).toEqual([name, value, refused])
    }
  }
})

test('J11: the issuer is one text, equal to the last character', async () => {
  const { sign, verdict, genuine } = await serverThatSigns()
  const iss = String(genuine.claims.iss)
  const near = [
    `${iss}/`,
    `${iss}.evil.example`,
    iss.toUpperCase(),
    ` ${iss}`,
    `${iss}\0`,
    iss.slice(0, -1),
  ]
  const built = [
    iss.replace('http:', 'https:'),
    `${iss}#`,
    `${iss}?`,
    iss.replace('//', '//user@'),
    '',
  ]
  for (const value of [...near, ...built, [iss], [iss, iss], { 0: iss }, null, undefined, true]) {
    const claims = { ...genuine.claims, iss: value }
    expect([value, await verdict(await sign(claims))]).toEqual([value, refused])
  }
})

test('J12: the audience is ours or a list that has it, exactly', async () => {
  const { sign, verdict, genuine } = await serverThatSigns()
  const aud = String(genuine.claims.aud)
  const near = [
    `${aud}/`,
    aud.slice(0, -1),
    `${aud}x`,
    aud.toUpperCase(),
    `${aud} other`,
    `${aud},x`,
    '*',
    '',
  ]
  const lists = [[], [`${aud}/`], [[aud]], [aud, 1], [aud, null], { 0: aud, length: 1 }]
  for (const value of [...near, ...lists, null, undefined, true]) {
    const claims = { ...genuine.claims, aud: value }
    expect([value, await verdict(await sign(claims))]).toEqual([value, refused])
  }
  expect(await verdict(await sign({ ...genuine.claims, aud: ['other', aud] }))).toBe('200')
})

test('J16: claims are an object in UTF-8', async () => {
  const { sign, verdict, genuine } = await serverThatSigns()
  const json = JSON.stringify(genuine.claims)
  const texts = [
    `[${json}]`,
    JSON.stringify(json),
    'null',
    '1',
    `\ufeff${json}`,
    `${json}${json}`,
    `${json},`,
  ]
  const inside = (bytes: readonly number[]) =>
    Buffer.concat([Buffer.from('{"x":"'), Buffer.from(bytes), Buffer.from(`",${json.slice(1)}`)])
  const encodings = [
    Buffer.from(json, 'utf16le'),
    Buffer.from(json, 'utf16le').swap16(),
    ...[
      [0xff],
      [0xc0, 0xaf],
      [0xed, 0xa0, 0x80],
      [0xf5, 0x80, 0x80, 0x80],
      [0xe2, 0x82],
      [0x80],
    ].map(inside),
  ]
  for (const claims of [...texts, ...encodings]) {
    expect(await verdict(await sign(claims))).toBe(refused)
  }
  expect(await verdict(await sign(inside([0xc3, 0xa9])))).toBe('200')
})

test('J17, J18: claims as long and as deep as a token may carry are judged within 20 ms', async () => {
  const { auth, sign, genuine } = await serverThatSigns()
  const room = 5000
  const deep = `${'['.repeat(room / 2)}${']'.repeat(room / 2)}`
  const names = Array.from({ length: 500 }, (_, at) => `"n${at}":1`).join()
  const fillers = [
    '"x":"'.concat('a'.repeat(room), '"'),
    `"x":${deep}`,
    names,
    `"x":"${'\\\\'.repeat(room / 2)}"`,
  ]
  for (const filler of fillers) {
    const token = await sign(`{${filler},${JSON.stringify(genuine.claims).slice(1)}`)
    expect(token.length).toBeLessThanOrEqual(8192)
    const times: number[] = []
    for (let round = 0; round < 3; round += 1) {
      const start = performance.now()
      await Promise.resolve(auth.verify(token)).catch(() => 'refused')
      times.push(performance.now() - start)
    }
    expect(Math.min(...times)).toBeLessThan(20)
  }
})
