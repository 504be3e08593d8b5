/**
 * Rules of signing keys.
 */

import { deepEqual, equal } from 'node:assert/strict'
import type { StoredKey } from '../ports.ts'
import { suiteOf } from './rule.ts'

const key: StoredKey = {
  sequence: 1,
  kid: 'k1',
  algorithm: 'ES256',
  publicJwk: { kty: 'EC', crv: 'P-256', key_ops: ['verify'] },
  sealedPrivateJwk: 'sealed',
  createdAt: 1_800_000_000_000,
  activeAt: 1_800_000_900_000,
}

export const keyRules = suiteOf('signing keys', {
  'keys come as they were given, in the order of their sequence': async ({ open }) => {
    const { keys } = await open()
    deepEqual(await keys.listKeys(), [])
    const second = { ...key, sequence: 2, kid: 'k2', publicJwk: {} }
    equal(await keys.addKey(second), 'added')
    equal(await keys.addKey(key), 'added')
    deepEqual(await keys.listKeys(), [key, second])
  },

  'a sequence is given once, and a key id too': async ({ open }) => {
    const { keys } = await open()
    await keys.addKey(key)
    equal(await keys.addKey({ ...key, kid: 'k2' }), 'exists')
    equal(await keys.addKey({ ...key, sequence: 2 }), 'exists')
    deepEqual(await keys.listKeys(), [key])
  },

  'a resealed key keeps everything else, and so do the others': async ({ open }) => {
    const { keys } = await open()
    const second = { ...key, sequence: 2, kid: 'k2' }
    await keys.addKey(key)
    await keys.addKey(second)
    await keys.resealKey('k1', 'sealed anew')
    await keys.resealKey('unknown', 'sealed anew')
    deepEqual(await keys.listKeys(), [{ ...key, sealedPrivateJwk: 'sealed anew' }, second])
  },

  'a removed key is gone, alone, and removing it again changes nothing': async ({ open }) => {
    const { keys } = await open()
    const second = { ...key, sequence: 2, kid: 'k2' }
    await keys.addKey(key)
    await keys.addKey(second)
    await keys.removeKey('k1')
    await keys.removeKey('k1')
    await keys.removeKey('unknown')
    deepEqual(await keys.listKeys(), [second])
  },

  'what a caller does to a key it got does not reach the store': async ({ open }) => {
    const { keys } = await open()
    await keys.addKey(key)
    const [found] = await keys.listKeys()
    try {
      Object.assign(found?.publicJwk ?? {}, { kty: 'changed' })
    } catch {
      // Frozen is as good as copied.
    }
    deepEqual(await keys.listKeys(), [key])
  },
})
