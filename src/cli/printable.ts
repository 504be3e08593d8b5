/**
 * Text from outside, made safe for a terminal.
 *
 * A name may hold escape sequences, line breaks or characters that turn the direction of writing
 * (CVE-2021-42574); they are shown as `\u001b` is. U+200D and U+200C stay: emoji and scripts need
 * them, and they move nothing.
 */

const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/gu

const escaped = (character: string): string =>
  [...Array(character.length).keys()]
    .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
    .join('')

export const printable = (text: string): string => text.replace(unprintable, escaped)

/** Keeps line breaks: for messages, whose lines are ours. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n')

/** JSON for programs, indented, that is as safe to look at. The escapes are those of JSON. */
export const toJson = (value: unknown): string => printableLines(JSON.stringify(value, null, 2))
