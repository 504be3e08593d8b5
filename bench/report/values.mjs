// Reads a figure of a row by its path, such as `ratio.perSecond`.

const valueAt = (row, path) => path.split('.').reduce((value, name) => value?.[name], row)

/** @returns { median, least, most }, also for a figure that was taken once; undefined without. */
export function rangeAt(row, path) {
  const value = valueAt(row, path)
  if (typeof value === 'number') return { median: value, least: value, most: value }
  return value
}
