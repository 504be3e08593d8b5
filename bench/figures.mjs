// Figures and how they are shown, and the settings of a run from the command line.

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** @param part 0.99 for the 99th of 100. */
export function quantile(values, part) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}

export function summary(values) {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) }
}

/** One row: name, median, least to most. */
export function row(name, values, unit) {
  const { median: middle, least, most } = summary(values)
  const range = `${shown(least)} to ${shown(most)}`
  return `${name.padEnd(30)}${shown(middle).padStart(9)} ${unit.padEnd(7)}(${range})`
}

const shown = (value) =>
  value >= 1000 ? Math.round(value).toLocaleString('en-US') : value.toFixed(value < 10 ? 2 : 1)

/** `--name value` from the command line; `--json` has no value. */
export function setting(name, otherwise) {
  const index = process.argv.indexOf(`--${name}`)
  return index === -1 ? otherwise : Number(process.argv[index + 1])
}

/** With `--json` the last line is the result as JSON, for the tests. */
export function finish(result) {
  if (process.argv.includes('--json')) console.log(JSON.stringify(result))
}
