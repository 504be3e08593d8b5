import { generateKeyPairSync } from 'node:crypto'
import { expect, it } from 'vitest'
import { rsaWeakness } from '../../src/tokens/rsa-weakness.ts'

const encode = (number: bigint): string =>
  Buffer.from(number.toString(16).padStart(512, '0'), 'hex').toString('base64url')
const { n = '', e = '' } = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({
  format: 'jwk',
})
const modulus = BigInt(`0x${Buffer.from(n, 'base64url').toString('hex')}`)
/** 65537^1000 modulo the product of the primes that are looked at, and of the same length as others. */
const product = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157].reduce(
  (result, prime) => result * BigInt(prime),
  2n,
)
const marked = (65_537n ** 1000n % product) + product * (modulus / product)

it('J14: a modulus of 2048 bits with the usual exponent has no weakness', () => {
  expect(rsaWeakness(n, e)).toBeUndefined()
})

it.each([
  ['fewer bits in as many bytes', encode(modulus >> 1n), 'AQAB', 'shorter'],
  ['an even modulus', encode(modulus - 1n), 'AQAB', 'even'],
  ['the exponent 1', n, 'AQ', 'exponent'],
  ['the exponent 3', n, 'Aw', 'exponent'],
  ['an even exponent', n, 'AQAA', 'exponent'],
  ['no exponent', n, '', 'exponent'],
  ['the mark of ROCA', encode(marked), 'AQAB', 'CVE-2017-15361'],
])('J14: a key is refused for %s', (_, weakModulus, exponent, reason) => {
  expect(rsaWeakness(weakModulus, exponent)).toContain(reason)
})

it('J14: the mark is of a whole family of keys, not of one', () => {
  const family = [1n, 7n, 65n].map((power) => 65_537n ** power % product)
  for (const member of family) {
    const reason = rsaWeakness(encode(member + product * (modulus / product)), 'AQAB')
    expect(reason).toContain('CVE-2017-15361')
  }
})
