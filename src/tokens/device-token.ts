/**
 * Device tokens: say that a password of this account was right on this device before.
 *
 * `csd_` + base64url of 58 bytes: version 1, key id 1, device id 16, issued at 4 (seconds), epoch 4,
 * HMAC-SHA-256 32 over these and the account id, which is not in the token. They open nothing: a
 * known device only has counters of failures of its own (OWASP, “device cookies”; ASVS 6.1.1).
 */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { KeyRing } from '../crypto/key-rings.ts'
import { uuidBytes } from '../crypto/uuid.ts'

const prefix = 'csd_'
const version = 1
const bodyBytes = 26
const tokenBytes = 58
const deviceIdBytes = 16

/** How long a device is known after its last log-in, in seconds: the longest that browsers allow. */
const deviceLifetimeSeconds = 400 * 86_400

/** Whose device it is. */
export interface DeviceOwner {
  readonly accountId: string
  /** The account's session epoch: raising it makes strangers of all devices. */
  readonly epoch: number
}

export interface DeviceTokens {
  /** @param deviceId of the device if it was known; a new one when left out. */
  issue(owner: DeviceOwner, now: number, deviceId?: string): string
  /**
   * Tells the device's id. Undefined for a token that is not ours, of another account or epoch, or
   * older than 400 days; each at the same cost.
   */
  open(token: string, owner: DeviceOwner, now: number): string | undefined
}

export function createDeviceTokens(ring: KeyRing): DeviceTokens {
  return Object.freeze<DeviceTokens>({
    issue({ accountId, epoch }, now, deviceId) {
      const bytes = Buffer.alloc(tokenBytes)
      bytes[0] = version
      bytes[1] = ring.current.id
      const id = deviceId === undefined ? randomBytes(deviceIdBytes) : fromId(deviceId)
      bytes.set(id, 2)
      bytes.writeUInt32BE(Math.floor(now / 1000), 18)
      bytes.writeUInt32BE(epoch, 22)
      bytes.set(authenticationCode(ring.current.key, bytes, accountId), bodyBytes)
      return prefix + bytes.toString('base64url')
    },

    open(token, { accountId, epoch }, now) {
      if (!token.startsWith(prefix) || token.length > 2 * tokenBytes) return undefined
      const encoded = token.slice(prefix.length)
      const bytes = Buffer.from(encoded, 'base64url')
      if (bytes.length !== tokenBytes || bytes.toString('base64url') !== encoded) return undefined
      const key = ring.find(bytes[1] as number)
      if (bytes[0] !== version || key === undefined) return undefined
      const code = authenticationCode(key.key, bytes, accountId)
      if (!timingSafeEqual(code, bytes.subarray(bodyBytes))) return undefined
      const ageSeconds = now / 1000 - bytes.readUInt32BE(18)
      if (ageSeconds > deviceLifetimeSeconds || bytes.readUInt32BE(22) !== epoch) return undefined
      return bytes.subarray(2, 2 + deviceIdBytes).toString('base64url')
    },
  })
}

const fromId = (deviceId: string): Buffer => Buffer.from(deviceId, 'base64url')

const authenticationCode = (key: Uint8Array, bytes: Buffer, accountId: string): Buffer =>
  createHmac('sha256', key)
    .update(bytes.subarray(0, bodyBytes))
    .update(uuidBytes(accountId))
    .digest()
