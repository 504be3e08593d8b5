/**
 * RSA public keys that verify nothing worth the name, though they are long enough.
 *
 * Sources: FIPS 186-5 §5.1 (exponent), CVE-2017-15361 (ROCA).
 */

import { decode } from 'jose/base64url'

/**
 * The moduli of one maker's chips are powers of 65537 modulo each of these primes; of other moduli
 * fewer than one in 100 million is. Such a key can be factored at a cost that somebody will pay.
 */
const rocaPrimes = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157]
const generator = 65_537

/**
 * Tells what is wrong with a public key, given as the members of its JWK.
 *
 * @returns undefined when nothing is.
 */
export function rsaWeakness(n: string, e: string): string | undefined {
  const modulus = numberOf(n)
  const exponent = numberOf(e)
  if (modulus.toString(2).length < 2048) return 'the modulus is shorter than 2048 bits'
  if (modulus % 2n === 0n) return 'the modulus is even'
  if (exponent < 65_537n || exponent % 2n === 0n) return 'the exponent is even or less than 65537'
  if (rocaPrimes.every((prime) => isPowerOfGenerator(Number(modulus % BigInt(prime)), prime))) {
    return 'the modulus has the mark of CVE-2017-15361'
  }
  return undefined
}

function numberOf(base64url: string): bigint {
  const digits = Array.from(decode(base64url), (byte) => byte.toString(16).padStart(2, '0'))
  return BigInt(`0x0${digits.join('')}`)
}

function isPowerOfGenerator(value: number, prime: number): boolean {
  let power = 1
  for (let exponent = 0; exponent < prime; exponent += 1) {
    if (power === value) return true
    power = (power * generator) % prime
  }
  return false
}
