/** Reading a long list in parts, each after the last id of the one before. */

import type { TransferPage } from '../stores/ports.ts'

export async function* inParts<Item>(
  read: (page: TransferPage) => Promise<readonly Item[]>,
  idOf: (item: Item) => string,
  limit: number,
): AsyncGenerator<readonly Item[]> {
  let after: string | undefined
  for (;;) {
    const items = await read({ after, limit })
    if (items.length > 0) yield items
    const last = items.at(-1)
    if (last === undefined || items.length < limit) return
    after = idOf(last)
  }
}

export async function* onlyItems<Item>(parts: AsyncIterable<readonly Item[]>) {
  for await (const part of parts) yield* part
}
