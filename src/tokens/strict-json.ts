/**
 * JSON objects as a token may carry them: UTF-8 without a BOM, no member name twice (RFC 7519 §4).
 *
 * Knows nothing of tokens. Linear in the length of the text; nesting is bounded.
 */

const maximumDepth = 32
const [openBrace, closeBrace, openBracket, closeBracket, colon, quote, backslash] = [
  0x7b, 0x7d, 0x5b, 0x5d, 0x3a, 0x22, 0x5c,
] as const

// Throws for what is not UTF-8. A BOM is kept, and JSON.parse then refuses it.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export type JsonObject = Readonly<Record<string, unknown>>

/**
 * Parses bytes to an object that is frozen, all the way down.
 *
 * @returns undefined for anything else: bad UTF-8 or JSON, duplicates, too deep.
 */
export function parseStrictJsonObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes))
    return isJsonObject(value) && hasUniqueNames(bytes, value) ? value : undefined
  } catch {
    return undefined
  }
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * True when no object at any depth has a member name twice, compared after unescaping.
 *
 * Of two members with one name the value has only the last, so the text then has more names than the
 * value has members. False as well when the text nests deeper than 32 levels.
 *
 * @param json valid JSON.
 * @param value what JSON.parse made of it; is frozen.
 */
export function hasUniqueNames(json: Uint8Array, value: unknown): boolean {
  const names = countNames(json)
  return names !== undefined && names === freezeAndCount(value)
}

/**
 * Counts the colons that are not in a string; undefined for a text that nests too deep.
 *
 * Bytes, which are read faster than characters: those beyond ASCII are like none that is looked for.
 */
function countNames(json: Uint8Array): number | undefined {
  let names = 0
  let depth = 0
  for (let at = 0; at < json.length; at += 1) {
    switch (json[at]) {
      case quote:
        at = endOfString(json, at)
        break
      case colon:
        names += 1
        break
      case openBrace:
      case openBracket:
        depth += 1
        if (depth > maximumDepth) return undefined
        break
      case closeBrace:
      case closeBracket:
        depth -= 1
    }
  }
  return names
}

function endOfString(json: Uint8Array, start: number): number {
  let at = start + 1
  while (at < json.length && json[at] !== quote) at += json[at] === backslash ? 2 : 1
  return at
}

/** Freezes a value all the way down, and counts the members of its objects. */
function freezeAndCount(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const items: readonly unknown[] = Array.isArray(value) ? value : Object.values(value)
  let count = Array.isArray(value) ? 0 : items.length
  for (const item of items) {
    if (typeof item === 'object') count += freezeAndCount(item)
  }
  Object.freeze(value)
  return count
}
