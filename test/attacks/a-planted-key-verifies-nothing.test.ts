/**
 * Somebody who can write to the database, but does not know the secret, puts a signing key of their
 * own there: no token of it is accepted, and no key of ours goes for it.
 */

import { expect, onTestFinished, test } from 'vitest'
import { createAuth } from '../../src/auth.ts'
import { createKeyRing } from '../../src/crypto/key-rings.ts'
import { sealValue } from '../../src/crypto/sealed-value.ts'
import type { AuthEvent } from '../../src/events.ts'
import { openMemoryStores } from '../../src/stores/memory/index.ts'
import type { StoredKey } from '../../src/stores/ports.ts'
import { generateKeyMaterial } from '../../src/tokens/key-material.ts'
import { importSigner } from '../../src/tokens/signer.ts'
import type { JsonObject } from '../../src/tokens/strict-json.ts'

const day = 86_400_000
const lifetimes = {
  accessLifetime: 900_000,
  inactivityTimeout: 7 * day,
  absoluteLifetime: 30 * day,
}
const secret = 'the secret of the server, which the thief lacks'

async function startServer() {
  let time = Date.now()
  const clock = () => time
  const stores = await openMemoryStores({ ...lifetimes, clock })
  const auth = await createAuth({ stores, clock, secret, issuer: 'http://localhost' })
  onTestFinished(auth.close)
  const events: AuthEvent[] = []
  auth.on('*', (event) => events.push(event))
  await auth.register({ username: 'ada', password: 'a long enough sentence' })
  const { accessToken } = (
    await auth.login({ username: 'ada', password: 'a long enough sentence' })
  ).session
  const advance = (milliseconds: number) => {
    time += milliseconds
  }
  return { auth, stores, events, accessToken, advance }
}

/** A key of the thief's, sealed as well as the thief can. */
async function plantedKey(like: StoredKey, changes: Partial<StoredKey> = {}) {
  const { kid, publicJwk, privateJwk } = await generateKeyMaterial('ES256')
  const ring = createKeyRing(['a secret that the thief has made up'], 'signing key seal')
  // The first byte names the secret, and can be copied.
  const sealed = Buffer.from(
    sealValue(ring, JSON.stringify(privateJwk), `signing key ${kid}`),
    'base64url',
  )
  sealed[0] = Buffer.from(like.sealedPrivateJwk, 'base64url')[0] ?? 0
  const sealedPrivateJwk = sealed.toString('base64url')
  const key = { ...like, kid, publicJwk: { ...publicJwk }, sealedPrivateJwk, ...changes }
  return { key, sign: importSigner('ES256', privateJwk as JsonObject) }
}

async function forge(accessToken: string, planted: Awaited<ReturnType<typeof plantedKey>>) {
  const [, payload = ''] = accessToken.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const text = [
    { alg: 'ES256', typ: 'at+jwt', kid: planted.key.kid },
    { ...claims, roles: ['admin'] },
  ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  const signature = Buffer.from(await planted.sign(Buffer.from(text.join('.'))))
  return `${text.join('.')}.${signature.toString('base64url')}`
}

test('J4, K1: a key that is planted beside ours is neither used nor published', async () => {
  const { auth, stores, events, accessToken, advance } = await startServer()
  const [own] = await stores.keys.listKeys()
  const planted = await plantedKey(own as StoredKey, { sequence: 2 })
  expect(await stores.keys.addKey(planted.key)).toBe('added')
  advance(11_000)
  const forged = await forge(accessToken, planted)
  await expect(async () => auth.verify(forged)).rejects.toMatchObject({ code: 'invalid_token' })
  expect(await auth.verify(accessToken)).toMatchObject({ roles: [] })
  expect(auth.http.core.jwks().keys).toMatchObject([{ kid: own?.kid }])
  expect(events).toContainEqual({ type: 'signing_key_refused', kid: planted.key.kid })
  expect(await auth.keys.list()).toMatchObject([{ state: 'active' }, { state: 'refused' }])
})

test('K3: a process that finds such a key at its start says so', async () => {
  const { stores } = await startServer()
  const [own] = await stores.keys.listKeys()
  const kid = 'planted\nkey'
  await stores.keys.addKey({ ...(own as StoredKey), kid, sequence: 2 })
  const heard: string[] = []
  const listen = ({ message }: Error): void => void heard.push(message)
  process.on('warning', listen)
  onTestFinished(() => void process.off('warning', listen))
  const second = await createAuth({ stores, secret, issuer: 'http://localhost' })
  onTestFinished(second.close)
  await expect.poll(() => heard).toHaveLength(1)
  expect(heard[0]).toMatch(
    /^The signing key 'planted\?key' in the database was sealed by no secret/,
  )
})

test('J4: the public part beside a key of ours may be exchanged, and nothing follows', async () => {
  const { auth, stores, accessToken } = await startServer()
  const [own] = await stores.keys.listKeys()
  const planted = await plantedKey(own as StoredKey)
  await stores.keys.removeKey(own?.kid ?? '')
  await stores.keys.addKey({ ...(own as StoredKey), publicJwk: planted.key.publicJwk })
  const second = await createAuth({ stores, secret, issuer: 'http://localhost' })
  onTestFinished(second.close)
  const kid = own?.kid ?? ''
  const forged = await forge(accessToken, { ...planted, key: { ...planted.key, kid } })
  for (const one of [auth, second]) {
    await expect(async () => one.verify(forged)).rejects.toMatchObject({ code: 'invalid_token' })
  }
  expect(await second.verify(accessToken)).toMatchObject({ roles: [] })
})

test('K2: a planted key that claims to be newer retires none of ours', async () => {
  const { auth, stores, advance } = await startServer()
  const [own] = await stores.keys.listKeys()
  const past = { sequence: 1000, activeAt: (own as StoredKey).activeAt - 10 * day }
  await stores.keys.addKey((await plantedKey(own as StoredKey, past)).key)
  advance(day)
  const login = { username: 'ada', password: 'a long enough sentence' }
  const { accessToken } = (await auth.login(login)).session
  expect(await auth.verify(accessToken)).toMatchObject({ roles: [] })
  expect((await auth.keys.list()).find(({ state }) => state === 'active')?.kid).toBe(own?.kid)
  // The next of ours still finds a place behind it.
  const { kid } = await auth.keys.rotate({ now: true })
  expect(await stores.keys.listKeys()).toMatchObject([{ kid, sequence: 1001 }])
})
