/** Gathers what is asked for within one turn of the loop, so that its costs are paid once for all. */

/** Bounds the time for which the loop is kept; what is more waits for the next turn. */
const mostTogether = 64

/**
 * @param act is given what one turn has gathered, in the order in which it came; never nothing.
 * @returns a function that adds one.
 */
export function inOneTurn<Item>(act: (items: readonly Item[]) => void): (item: Item) => void {
  let waiting: Item[] = []

  function turn(): void {
    const items = waiting.slice(0, mostTogether)
    waiting = waiting.slice(mostTogether)
    if (waiting.length > 0) setImmediate(turn)
    act(items)
  }

  return (item) => {
    if (waiting.length === 0) setImmediate(turn)
    waiting.push(item)
  }
}
