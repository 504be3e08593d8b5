/**
 * A session as one binary string. The scripts read and write the same layout.
 *
 * Live: 1, generation 4, hash 16, epoch 4, forks 1, forked at 6, four commits of 6 (0 where there is
 * none), account 16, then amr (1 byte length), address (1 byte) and user agent (2 bytes; its text as
 * `user-agent.ts` makes it). Ended: 0, account 16, reason. Numbers are big-endian, times in milliseconds.
 */

import { uuidBytes, uuidFromBytes } from '../../crypto/uuid.ts'
import type { EndedSession, RotationState, StoredSession } from '../../sessions/session.ts'
import type { NewSession } from '../ports.ts'
import { packUserAgent, unpackUserAgent } from './user-agent.ts'

const rotationBytes = 56
const accountAt = rotationBytes
const tailAt = accountAt + 16
const keptCommits = 4

export function packSession(session: NewSession): Buffer {
  const head = Buffer.alloc(rotationBytes)
  head[0] = 1
  head.writeUInt32BE(session.generation, 1)
  head.set(session.hash, 5)
  head.writeUInt32BE(session.epoch, 21)
  head.writeUInt8(session.forks, 25)
  head.writeUIntBE(session.forkedAt, 26, 6)
  for (const [index, at] of session.recentCommits.slice(0, keptCommits).entries()) {
    head.writeUIntBE(at, 32 + index * 6, 6)
  }
  const amr = Buffer.from(session.amr.join(' '))
  const address = Buffer.from(session.address ?? '')
  const userAgent = Buffer.from(packUserAgent(session.userAgent ?? ''))
  const lengths = Buffer.alloc(4)
  lengths.writeUInt8(amr.length, 0)
  lengths.writeUInt8(address.length, 1)
  lengths.writeUInt16BE(userAgent.length, 2)
  return Buffer.concat([head, uuidBytes(session.accountId), lengths, amr, address, userAgent])
}

export function unpackSession(id: string, record: Buffer): StoredSession {
  if (record[0] === 0) {
    const reason = record.toString('utf8', 17) as EndedSession['reason']
    return { status: 'ended', id, accountId: uuidFromBytes(record, 1), reason }
  }
  const amrLength = record.readUInt8(tailAt)
  const addressLength = record.readUInt8(tailAt + 1)
  const amrAt = tailAt + 4
  const addressAt = amrAt + amrLength
  const userAgentAt = addressAt + addressLength
  return {
    status: 'live',
    id,
    accountId: uuidFromBytes(record, accountAt),
    epoch: record.readUInt32BE(21),
    amr: record.toString('utf8', amrAt, addressAt).split(' ').filter(Boolean),
    address: record.toString('utf8', addressAt, userAgentAt) || null,
    userAgent:
      unpackUserAgent(
        record.toString('utf8', userAgentAt, userAgentAt + record.readUInt16BE(tailAt + 2)),
      ) || null,
    ...rotationOf(record),
  }
}

/** The part that a step writes. */
export function rotationOf(record: Buffer): RotationState {
  const recentCommits: number[] = []
  for (let index = 0; index < keptCommits; index += 1) {
    const at = record.readUIntBE(32 + index * 6, 6)
    if (at > 0) recentCommits.push(at)
  }
  return {
    generation: record.readUInt32BE(1),
    hash: new Uint8Array(record.subarray(5, 21)),
    recentCommits,
    forks: record.readUInt8(25),
    forkedAt: record.readUIntBE(26, 6),
  }
}

/** The key of a session's record: the id in as few characters as may be printed. */
export const sessionKeyOf = (prefix: string, id: string): string =>
  `${prefix}s:${uuidBytes(id).toString('base64url')}`
