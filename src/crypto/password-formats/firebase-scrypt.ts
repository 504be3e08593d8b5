/**
 * Firebase Authentication's modified scrypt, in a form of our own that holds the project's parameters:
 *
 * `$firebase-scrypt$ln=14,r=8,salt_separator=Bw==,signer_key=…$salt$hash`, all base64 as exported.
 *
 * Rule (firebase/scrypt): scrypt(password, salt + separator) is the key under which AES-256-CTR
 * enciphers the signer key; the result is the hash.
 */

import { createCipheriv } from 'node:crypto'
import { deriveScrypt, isAllowedScrypt, scryptMemoryKiB } from './scrypt.ts'
import { equalBytes, isUsualOutput, type ReadHash } from './stored-hash.ts'

const base64 = '([A-Za-z0-9+/_-]+={0,2})'
const firebaseString = new RegExp(
  `^\\$firebase-scrypt\\$ln=(\\d{1,2}),r=(\\d{1,2}),salt_separator=${base64}?,signer_key=${base64}` +
    `\\$${base64}\\$${base64}$`,
)

const zeroCounter = Buffer.alloc(16)

export const readFirebaseScrypt: ReadHash = (stored, ceiling) => {
  const parts = firebaseString.exec(stored)
  if (parts === null) return undefined
  const [, ln, rounds, ...encoded] = parts
  const cost = { N: 2 ** Number(ln), r: Number(rounds), p: 1 }
  const [separator, signerKey, salt, output] = encoded.map((text) =>
    Buffer.from(text ?? '', 'base64'),
  ) as [Buffer, Buffer, Buffer, Buffer]
  if (!isAllowedScrypt(cost, ceiling.memoryKiB)) return undefined
  if (!isUsualOutput(output) || signerKey.length !== output.length) return undefined
  return {
    memoryKiB: scryptMemoryKiB(cost),
    async matches(password) {
      const key = await deriveScrypt(password, Buffer.concat([salt, separator]), 32, cost)
      const cipher = createCipheriv('aes-256-ctr', key, zeroCounter)
      return equalBytes(Buffer.concat([cipher.update(signerKey), cipher.final()]), output)
    },
  }
}
