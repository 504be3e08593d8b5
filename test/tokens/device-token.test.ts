import { expect, test } from 'vitest'
import { createKeyRing } from '../../src/crypto/key-rings.ts'
import { uuidV7 } from '../../src/crypto/uuid.ts'
import { createDeviceTokens } from '../../src/tokens/device-token.ts'

const now = 1_800_000_000_000
const secret = 'a server secret for tests, of more than 32 bytes'
const tokensOf = (...secrets: string[]) =>
  createDeviceTokens(createKeyRing(secrets, 'device token mac'))
const tokens = tokensOf(secret)
const owner = { accountId: uuidV7(now), epoch: 1 }

test('P10: a token tells its device, for as long as it lives', () => {
  const token = tokens.issue(owner, now)
  const deviceId = tokens.open(token, owner, now)
  expect(deviceId).toMatch(/^[\w-]{22}$/)
  expect(tokens.open(token, owner, now + 400 * 86_400_000)).toBe(deviceId)
  expect(tokens.open(token, owner, now + 400 * 86_400_000 + 1000)).toBeUndefined()
  const again = tokens.issue(owner, now + 5000, deviceId)
  expect(again).not.toBe(token)
  expect(tokens.open(again, owner, now + 5000)).toBe(deviceId)
  expect(tokens.open(tokens.issue(owner, now), owner, now)).not.toBe(deviceId)
})

test('P10: it is worth nothing for another account, nor after the sessions of its own have ended', () => {
  const token = tokens.issue(owner, now)
  expect(tokens.open(token, { ...owner, accountId: uuidV7(now) }, now)).toBeUndefined()
  expect(tokens.open(token, { ...owner, epoch: 2 }, now)).toBeUndefined()
  expect(token).not.toContain(owner.accountId)
})

test('R6: every changed or added character makes it worthless', () => {
  const token = tokens.issue(owner, now)
  for (let index = 0; index < token.length; index += 1) {
    const other = token[index] === 'A' ? 'B' : 'A'
    const changed = token.slice(0, index) + other + token.slice(index + 1)
    expect([index, tokens.open(changed, owner, now)]).toEqual([index, undefined])
  }
  for (const wrong of ['', 'csd_', `${token}=`, `${token}A`, ` ${token}`, 'x'.repeat(100_000)]) {
    expect(tokens.open(wrong, owner, now)).toBeUndefined()
  }
})

test('another secret makes none that count, and an older one may be kept', () => {
  const token = tokens.issue(owner, now)
  const newer = 'another server secret, also of more than 32 bytes'
  expect(tokensOf(newer).open(token, owner, now)).toBeUndefined()
  expect(tokensOf(newer, secret).open(token, owner, now)).toBeDefined()
})
