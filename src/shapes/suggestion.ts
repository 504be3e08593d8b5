/** "Did you mean": the nearest known word to a misspelt one. */

/** @returns undefined when nothing known is near: more than a third of the letters differ. */
function nearest(word: string, known: readonly string[]): string | undefined {
  // A word longer than this is no slip of the finger, and the distance costs its square.
  if (word.length > 40) return undefined
  const ranked = known
    .map((candidate) => ({ candidate, distance: distanceBetween(word, candidate) }))
    .sort((a, b) => a.distance - b.distance)
  const [best] = ranked
  if (best === undefined) return undefined
  const isPrefix = word.length >= 2 && best.candidate.startsWith(word)
  const isNear = best.distance <= Math.max(1, Math.floor(best.candidate.length / 3))
  return isNear || isPrefix ? best.candidate : undefined
}

/** Optimal string alignment: a swap of two neighbours counts as one slip. */
function distanceBetween(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row[j] = Math.min(
        (rows[i - 1]?.[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (rows[i - 1]?.[j - 1] ?? 0) + cost,
        isSwap ? (rows[i - 2]?.[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    rows.push(row)
  }
  return rows[a.length]?.[b.length] ?? 0
}

/** `'; did you mean …?'`, or nothing. */
export function suggestion(word: string, known: readonly string[]): string {
  const found = nearest(word, known)
  return found === undefined ? '' : `; did you mean '${found}'?`
}
