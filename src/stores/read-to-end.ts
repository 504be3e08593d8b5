/** Reads a revocation feed page by page, from its beginning to its present end. */

import type { RevocationPage, SessionStore } from './ports.ts'

/** @param first what was read already. @returns all entries as one page. */
export async function readToEnd(
  read: SessionStore['revocations'],
  signal: AbortSignal,
  first?: RevocationPage,
): Promise<RevocationPage> {
  const options = { waitMilliseconds: 0, signal }
  let page = first ?? (await read(undefined, options))
  const pages = [page.entries]
  while (page.more && page.entries.length > 0) {
    signal.throwIfAborted()
    page = await read(page.cursor, options)
    pages.push(page.entries)
  }
  return { entries: pages.flat(), cursor: page.cursor }
}
