/**
 * Limits of a JSON body that hold before it is parsed: how deep, and how many names (ASVS 15.2.2).
 *
 * One pass over at most 16 KB, no recursion and no regular expression.
 */

/** Our bodies are flat and have five fields at most; the rest is room for what clients add. */
export const maximumDepth = 16
export const maximumNames = 100

const quote = 0x22
const backslash = 0x5c
const colon = 0x3a

/** Right for every valid JSON text; what is not valid may pass and is left to the parser. */
export function exceedsLimits(bytes: Uint8Array): boolean {
  let depth = 0
  let names = 0
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] as number
    if (byte === quote) index = endOfString(bytes, index)
    else if (byte === colon) names += 1
    else if (isOpening(byte)) depth += 1
    else if (isClosing(byte)) depth -= 1
    if (depth > maximumDepth || names > maximumNames) return true
  }
  return false
}

/** @returns the place of the closing quote. */
function endOfString(bytes: Uint8Array, start: number): number {
  let index = start + 1
  while (index < bytes.length && bytes[index] !== quote) {
    index += bytes[index] === backslash ? 2 : 1
  }
  return index
}

const isOpening = (byte: number): boolean => byte === 0x5b || byte === 0x7b
const isClosing = (byte: number): boolean => byte === 0x5d || byte === 0x7d
