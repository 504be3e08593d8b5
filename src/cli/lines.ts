/** Lines of a file or a pipe, one by one, so that a file may be larger than the memory. */

import { createReadStream } from 'node:fs'
import { CommandError, exitCodes } from './exit-codes.ts'

const longestLineBytes = 65_536
const lineFeed = 10

export const fileLines = (path: string): AsyncIterable<string> => linesOf(createReadStream(path))

/** @throws CommandError with the number of the line, or with why the file cannot be read. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0)
  let number = 0
  for await (const chunk of readable(chunks)) {
    let start = 0
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, start)) {
      number += 1
      yield decode(Buffer.concat([rest, chunk.subarray(start, at)]), number)
      rest = Buffer.alloc(0)
      start = at + 1
    }
    rest = Buffer.concat([rest, chunk.subarray(start)])
    if (rest.length > longestLineBytes) throw unreadable(`line ${number + 1} is over 64 KB`)
  }
  if (rest.length > 0) yield decode(rest, number + 1)
}

async function* readable(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* chunks
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw unreadable(`it cannot be opened (${code})`)
  }
}

function decode(bytes: Buffer, number: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r$/, '')
  } catch {
    throw unreadable(`line ${number} is not UTF-8`)
  }
}

const unreadable = (reason: string): CommandError =>
  new CommandError(`The file cannot be read: ${reason}.`, exitCodes.failed)
