/**
 * Gathers what is asked for within one turn of the event loop.
 *
 * So its costs are paid once for all, or, some at a time, it lets others be served in between.
 */

/**
 * @param most what one turn does at most, since that keeps the loop; the rest waits for the next.
 * @param act is given what one turn does, in the order in which it came; never nothing.
 * @returns a function that adds one.
 */
export function inOneTurn<Item>(
  most: number,
  act: (items: readonly Item[]) => void,
): (item: Item) => void {
  let waiting: Item[] = []

  function turn(): void {
    const items = waiting.slice(0, most)
    waiting = waiting.slice(most)
    if (waiting.length > 0) setImmediate(turn)
    act(items)
  }

  return (item) => {
    if (waiting.length === 0) setImmediate(turn)
    waiting.push(item)
  }
}
