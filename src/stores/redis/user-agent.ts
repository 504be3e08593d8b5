/**
 * User agents in fewer bytes: what those of browsers have in common becomes one byte each.
 *
 * A record of Redis has room for about sixty bytes before it costs more; browsers send up to 140.
 */

/**
 * The byte of a phrase is its place, from 1. Records hold these bytes, so phrases are only added, at the
 * end and up to 31; of two that begin alike the longer one stands first.
 */
const phrases: readonly string[] = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15',
  'Mozilla/5.0 (X11; Linux x86_64',
  'Mozilla/5.0 (X11; Ubuntu; Linux x86_64',
  'Mozilla/5.0 (iPhone; CPU iPhone OS ',
  'Mozilla/5.0 (iPad; CPU OS ',
  'Mozilla/5.0 (Linux; Android 10; K',
  'Mozilla/5.0 (Linux; Android ',
  'Mozilla/5.0 (Android ',
  'Mozilla/5.0 (',
  ' like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/',
  ' like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/',
  ' like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ',
  ') AppleWebKit/605.1.15 (KHTML, like Gecko) Version/',
  ') AppleWebKit/537.36 (KHTML, like Gecko) Chrome/',
  ') AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/',
  '; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/',
  ' Mobile/15E148 Safari/604.1',
  ' Mobile/15E148',
  '.0.0.0 Mobile Safari/537.36',
  '.0.0.0 Safari/537.36',
  ' Mobile Safari/537.36',
  ' Safari/537.36',
  ' Safari/605.1.15',
  ' Chrome/',
  ' Edg/',
  '; Mobile; rv:',
  '; rv:',
  '.0) Gecko/20100101 Firefox/',
]

const byteOf = new Map(phrases.map((phrase, place) => [phrase, String.fromCharCode(place + 1)]))
const anyPhrase = new RegExp(
  phrases.map((phrase) => phrase.replace(/[().]/g, '\\$&')).join('|'),
  'g',
)
// biome-ignore lint/suspicious/noControlCharactersInRegex: these bytes stand for phrases.
const anyByte = /[\x01-\x1f]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: no header can have them, an import could.
const ownByte = /[\0-\x1f]/

export function packUserAgent(userAgent: string): string {
  if (ownByte.test(userAgent)) return `\0${userAgent}`
  return userAgent.replace(anyPhrase, (phrase) => byteOf.get(phrase) ?? phrase)
}

export function unpackUserAgent(packed: string): string {
  if (packed.startsWith('\0')) return packed.slice(1)
  return packed.replace(anyByte, (byte) => phrases[byte.charCodeAt(0) - 1] ?? '')
}
