/** Does many things some at a time, so that they neither fill a connection nor outlast a deadline. */

/**
 * @param most at the same time.
 * @returns the results in the order of the items. Rejects with the first error, and then begins no more.
 */
export async function someAtOnce<Item, Result>(
  items: readonly Item[],
  most: number,
  call: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  for (let start = 0; start < items.length; start += most) {
    results.push(...(await Promise.all(items.slice(start, start + most).map(call))))
  }
  return results
}
