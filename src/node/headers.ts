/** Reads headers of a `node:http` request: as it came, or as the application has them now. */

import type { IncomingMessage } from 'node:http'

/** @param name in lower case. @returns the value, several lines as Node.js puts them together. */
export type ReadHeader = (name: string) => string | undefined

export type HeadersOf = (request: IncomingMessage) => ReadHeader

/** What is there now: a middleware may have set it, as where a token comes in the query. */
export const presentHeaders: HeadersOf = ({ headers }) => {
  return (name) => {
    const value = headers[name]
    return typeof value === 'string' ? value : value?.[0]
  }
}

/**
 * What came, for a server in which nobody sets headers. Node.js makes its object of all headers when it
 * is first asked for, which costs more than a guard; one line needs none of it.
 */
export const receivedHeaders: HeadersOf = (request) => {
  const { rawHeaders } = request
  return (name) => {
    let found: string | undefined
    for (let index = 0; index < rawHeaders.length; index += 2) {
      if (!isNamed(rawHeaders[index] as string, name)) continue
      // Which of several counts, and how they are joined, is for Node.js to say.
      if (found !== undefined) return presentHeaders(request)(name)
      found = rawHeaders[index + 1]
    }
    return found
  }
}

/** @param name in lower case. @returns how many lines have it: Node.js joins some, and drops others. */
export function countLines(rawHeaders: readonly string[], name: string): number {
  let lines = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (isNamed(rawHeaders[index] as string, name)) lines += 1
  }
  return lines
}

// Most are told apart by their length, which makes no new text.
const isNamed = (header: string, name: string): boolean =>
  header.length === name.length && header.toLowerCase() === name

/** Tells from the head whether a body follows. */
export function hasBody(header: ReadHeader): boolean {
  const length = header('content-length')
  return header('transfer-encoding') !== undefined || (length !== undefined && length !== '0')
}
