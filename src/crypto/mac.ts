/**
 * HMAC-SHA-256 (RFC 2104) by one-shot hashes.
 *
 * An `Hmac` object of Node.js is made, finalised and collected for each message, and a buffer is made
 * for each code: together three times what the two hashes cost. A test holds the two equal.
 */

import { hash } from 'node:crypto'

/**
 * @param message bytes, or text of ASCII alone.
 * @returns the 32 bytes of the code, which the next call overwrites.
 */
export type Mac = (message: Uint8Array | string) => Uint8Array

const blockBytes = 64
const codeBytes = 32

export function createMac(key: Uint8Array): Mac {
  const block = Buffer.alloc(blockBytes)
  block.set(key.length > blockBytes ? hash('sha256', key, 'buffer') : key)
  const innerBlock = block.map((byte) => byte ^ 0x36)
  const outer = Buffer.concat([block.map((byte) => byte ^ 0x5c), Buffer.alloc(codeBytes)])
  const code = Buffer.alloc(codeBytes)
  let inner = Buffer.from(innerBlock)
  return (message) => {
    const length = blockBytes + message.length
    if (length > inner.length) inner = Buffer.concat([innerBlock, Buffer.alloc(message.length)])
    if (typeof message === 'string') inner.write(message, blockBytes, 'latin1')
    else inner.set(message, blockBytes)
    // By way of a string, which costs less than a buffer that is made for 32 bytes.
    outer.write(hash('sha256', inner.subarray(0, length), 'binary'), blockBytes, 'latin1')
    code.write(hash('sha256', outer, 'binary'), 'latin1')
    return code
  }
}
