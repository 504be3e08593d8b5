// Figures: medians and ranges, and how a person reads them.

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** The value below which this part of all values lies; 0 without any. */
export function quantile(values, part) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}

/** Four figures are all that a run can hold, and JSON is read by people too. */
export const rounded = (value) => Number(value.toPrecision(4))

export function summary(values) {
  const { least, most } = { least: Math.min(...values), most: Math.max(...values) }
  return { median: rounded(median(values)), least: rounded(least), most: rounded(most) }
}

export function shown(value) {
  if (!Number.isFinite(value)) return '–'
  if (value >= 1000) return Math.round(value).toLocaleString('en-US')
  if (value >= 100) return value.toFixed(0)
  return value.toFixed(value < 10 ? 2 : 1)
}

export const shownRange = ({ least, most }) => `${shown(least)} to ${shown(most)}`
