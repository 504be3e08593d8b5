/**
 * HMAC-SHA-256 (RFC 2104) of messages of one length, by one-shot hashes.
 *
 * An `Hmac` object of Node.js is made, finalised and collected for each message, which costs a refresh
 * twice what its hashes do. A test holds the two equal.
 */

import { hash } from 'node:crypto'

/** @returns the 32 bytes of the code. @param message of the length that was named; its start counts. */
export type Mac = (message: Uint8Array) => Buffer

const blockBytes = 64
const codeBytes = 32

export function createMac(key: Uint8Array, messageBytes: number): Mac {
  const block = Buffer.alloc(blockBytes)
  block.set(key.length > blockBytes ? hash('sha256', key, 'buffer') : key)
  const inner = Buffer.concat([block.map((byte) => byte ^ 0x36), Buffer.alloc(messageBytes)])
  const outer = Buffer.concat([block.map((byte) => byte ^ 0x5c), Buffer.alloc(codeBytes)])
  return (message) => {
    inner.set(message.subarray(0, messageBytes), blockBytes)
    outer.set(hash('sha256', inner, 'buffer'), blockBytes)
    return hash('sha256', outer, 'buffer')
  }
}
