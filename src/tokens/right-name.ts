/**
 * What a role or a scope may be called (RFC 6749 §3.3): printable ASCII without space, quote and
 * backslash. Without the comma too, which joins names in headers and on command lines.
 */

const mostCharacters = 64
const barred = new Set([...'",\\'].map((character) => character.charCodeAt(0)))

export function isRightName(name: unknown): name is string {
  if (typeof name !== 'string' || name === '' || name.length > mostCharacters) return false
  for (let index = 0; index < name.length; index += 1) {
    const code = name.charCodeAt(index)
    if (code < 0x21 || code > 0x7e || barred.has(code)) return false
  }
  return true
}
