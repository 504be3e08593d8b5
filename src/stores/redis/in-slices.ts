/** Does many things a slice at a time, so that they neither fill the connection nor outlast a deadline. */

const atOnce = 200

/** @returns the results, in order. Rejects with the first error, and then begins no further slice. */
export async function inSlices<Item, Result>(
  items: readonly Item[],
  act: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  for (let from = 0; from < items.length; from += atOnce) {
    results.push(...(await Promise.all(items.slice(from, from + atOnce).map(act))))
  }
  return results
}
