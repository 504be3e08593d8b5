/**
 * JSON objects as a token may carry them: UTF-8 without a BOM, no member name twice (RFC 7519 §4).
 *
 * Knows nothing of tokens. Linear in the length of the text; nesting is bounded.
 */

const maximumDepth = 32
const [openBrace, closeBrace, openBracket, closeBracket, comma, quote, backslash] = [
  0x7b, 0x7d, 0x5b, 0x5d, 0x2c, 0x22, 0x5c,
] as const

// Throws for what is not UTF-8. A BOM is kept, and JSON.parse then refuses it.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export type JsonObject = Readonly<Record<string, unknown>>

/** @returns the object, or undefined for anything else: bad UTF-8 or JSON, duplicates, too deep. */
export function parseStrictJsonObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    const text = utf8.decode(bytes)
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) && hasUniqueNames(text) ? value : undefined
  } catch {
    return undefined
  }
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * True when no object at any depth has a member name twice, compared after unescaping.
 *
 * `json` must be valid JSON; false as well when it nests deeper than 32 levels.
 */
export function hasUniqueNames(json: string): boolean {
  /** Names seen in each open object; undefined for an open array. */
  const open: (Set<string> | undefined)[] = []
  let expectsName = false
  for (let at = 0; at < json.length; at += 1) {
    switch (json.charCodeAt(at)) {
      case openBrace:
      case openBracket:
        expectsName = json.charCodeAt(at) === openBrace
        if (open.push(expectsName ? new Set() : undefined) > maximumDepth) return false
        break
      case closeBrace:
      case closeBracket:
        open.pop()
        expectsName = false
        break
      case comma:
        expectsName = open.at(-1) !== undefined
        break
      case quote: {
        const end = endOfString(json, at)
        if (expectsName && !addName(open.at(-1), json.slice(at, end + 1))) return false
        expectsName = false
        at = end
      }
    }
  }
  return true
}

function endOfString(json: string, start: number): number {
  let at = start + 1
  while (at < json.length && json.charCodeAt(at) !== quote) {
    at += json.charCodeAt(at) === backslash ? 2 : 1
  }
  return at
}

function addName(names: Set<string> | undefined, quoted: string): boolean {
  const name: string = quoted.includes('\\') ? JSON.parse(quoted) : quoted.slice(1, -1)
  if (names === undefined || names.has(name)) return false
  names.add(name)
  return true
}
