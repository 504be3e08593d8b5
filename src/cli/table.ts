/** Tables for people: columns two spaces apart, the last one as long as it needs to be. */

import { printable } from './printable.ts'

/** @returns the lines, headings first, without spaces at their ends. */
export function formatTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const lines = [headings, ...rows.map((row) => row.map(printable))]
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  )
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** One record: a name and a value a line. */
export const formatRecord = (fields: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...fields.map(([name]) => name.length)) + 2
  return fields.map(([name, value]) => `${name.padEnd(width)}${printable(value)}`).join('\n')
}

/** ISO UTC to the second; milliseconds are for programs. */
export const shortTime = (time: string): string => time.replace(/\.\d+Z$/, 'Z')

export const dateOf = (time: string): string => time.slice(0, 10)
