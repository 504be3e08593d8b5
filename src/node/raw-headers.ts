/** Reads the header lines as they came: Node.js joins some that are repeated, and drops others. */

/** @param name in lower case. @returns how many lines have it. */
export function countLines(rawHeaders: readonly string[], name: string): number {
  let lines = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const header = rawHeaders[index] as string
    // Most are told apart by their length, which makes no new text.
    if (header.length === name.length && header.toLowerCase() === name) lines += 1
  }
  return lines
}
