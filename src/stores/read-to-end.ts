/** Reads a revocation feed page by page, from its beginning to its present end. */

import type { RevocationPage, SessionStore } from './ports.ts'

/** @returns all entries as one page. */
export async function readToEnd(
  read: SessionStore['revocations'],
  signal: AbortSignal,
): Promise<RevocationPage> {
  const options = { waitMilliseconds: 0, signal }
  let page = await read(undefined, options)
  const pages = [page.entries]
  while (page.more) {
    signal.throwIfAborted()
    page = await read(page.cursor, options)
    pages.push(page.entries)
  }
  return { entries: pages.flat(), cursor: page.cursor }
}
