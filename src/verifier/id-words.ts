/**
 * Session ids as four 32-bit words, one of which serves as their hash: what `IdTable` keeps in place of text.
 *
 * Only the canonical form of a UUID (RFC 9562 §4, lower case) has such words, so two different texts
 * never share them. Every id that this project makes has that form.
 */

export interface IdWords {
  /** Of the id that was read last: the hash of all four words, never 0, and the first three. */
  readonly words: Uint32Array
  /**
   * Reads an id into `words`.
   *
   * @returns false for what is no canonical UUID, and for one in 2^32 that are; `words` then means nothing.
   */
  read(id: string): boolean
}

const uuidLength = 36
const dash = 0x2d

/** With a seed of its own: nobody can choose ids beforehand that all belong in one place. */
export function createIdWords(): IdWords {
  const words = new Uint32Array(4)
  const digits = digitsOfCodes()
  let seed: Uint32Array | undefined

  function hashOf(a: number, b: number, c: number): number {
    // With the first id: some runtimes have no random values while a module is loaded.
    seed ??= crypto.getRandomValues(new Uint32Array(3))
    const first = mix(seed[0] as number, a)
    return mix(mix(first ^ (seed[1] as number), b) ^ (seed[2] as number), c)
  }

  function read(id: string): boolean {
    if (id.length !== uuidLength || !hasDashes(id)) return false
    const [first, second] = [fourDigits(digits, id, 0), fourDigits(digits, id, 4)]
    const [third, fourth] = [fourDigits(digits, id, 9), fourDigits(digits, id, 14)]
    const [fifth, sixth] = [fourDigits(digits, id, 19), fourDigits(digits, id, 24)]
    const [seventh, eighth] = [fourDigits(digits, id, 28), fourDigits(digits, id, 32)]
    if ((first | second | third | fourth | fifth | sixth | seventh | eighth) < 0) return false
    const a = (first << 16) | second
    const b = (third << 16) | fourth
    const c = (fifth << 16) | sixth
    // For given a, b and c every last word has a hash of its own, so the hash can stand for it.
    const hash = mix(hashOf(a, b, c), (seventh << 16) | eighth)
    words[0] = hash
    words[1] = a
    words[2] = b
    words[3] = c
    // A hash of 0 marks a free place.
    return hash !== 0
  }

  return Object.freeze({ words, read })
}

const hasDashes = (id: string): boolean =>
  id.charCodeAt(8) === dash &&
  id.charCodeAt(13) === dash &&
  id.charCodeAt(18) === dash &&
  id.charCodeAt(23) === dash

/** Looked up, as a branch on what is a digit and what a letter would be mispredicted every third time. */
function digitsOfCodes(): Int8Array {
  const digits = new Int8Array(256).fill(-1)
  for (let digit = 0; digit < 16; digit += 1) digits[digit.toString(16).charCodeAt(0)] = digit
  return digits
}

/** @returns a number below 0 unless all four are lower-case hexadecimal. */
function fourDigits(digits: Int8Array, id: string, from: number): number {
  const first = id.charCodeAt(from)
  const second = id.charCodeAt(from + 1)
  const third = id.charCodeAt(from + 2)
  const fourth = id.charCodeAt(from + 3)
  if ((first | second | third | fourth) > 0xff) return -1
  return (
    ((digits[first] as number) << 12) |
    ((digits[second] as number) << 8) |
    ((digits[third] as number) << 4) |
    (digits[fourth] as number)
  )
}

/** MurmurHash3's step (x86, 32 bits) and final mix: one to one in `word`. */
function mix(hash: number, word: number): number {
  let mixed = Math.imul(word, 0xcc9e2d51)
  mixed = hash ^ Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
