/**
 * What a refresh step is told, as one binary argument: each further one costs the client, the socket
 * and Redis as much as all of these bytes.
 */

import { Buffer } from 'node:buffer'
import { writeUuid } from '../../crypto/uuid.ts'
import type { RefreshPolicy, RestoringToken } from '../../sessions/decide-refresh.ts'

/**
 * As Redis's `struct` has it: generation, hash, parent, issued at, born at, account, epoch, may be
 * restored, inactivity timeout, absolute lifetime, access lifetime, strict.
 */
export const stepLayout = '>I4c16c16I6I6c16I4BI6I6I6B'
const stepBytes = 88

export function packStep(presented: RestoringToken, policy: RefreshPolicy): Buffer {
  const bytes = Buffer.allocUnsafe(stepBytes)
  bytes.writeUInt32BE(presented.generation, 0)
  bytes.set(presented.hash, 4)
  bytes.set(presented.parent, 20)
  bytes.writeUIntBE(presented.issuedAt, 36, 6)
  bytes.writeUIntBE(presented.sessionBornAt, 42, 6)
  writeUuid(bytes, presented.accountId, 48)
  bytes.writeUInt32BE(presented.epoch, 64)
  bytes[68] = presented.restorable && policy.restoreMissing ? 1 : 0
  bytes.writeUIntBE(policy.inactivityTimeout, 69, 6)
  bytes.writeUIntBE(policy.absoluteLifetime, 75, 6)
  bytes.writeUIntBE(policy.accessLifetime, 81, 6)
  bytes[87] = policy.rotation === 'strict' ? 1 : 0
  return bytes
}
