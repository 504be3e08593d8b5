// A result as an SVG plot: a bar a candidate up to its median, a line from least to most.
import { shown } from '../measure/figures.mjs'
import { rangeAt } from './values.mjs'

const width = 860
const barLeft = 400
const barRight = 780
const rowHeight = 24
const top = 48

export const escaped = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Ours are told from the others by their colour, the limits by a lighter one. */
function colourOf({ name }) {
  if (name.startsWith('countersign')) return '#1f6f54'
  return /^(bare|limit|the limit)/.test(name) ? '#b9c4cf' : '#7a8ba0'
}

/** With a scale of powers of ten where the greatest is more than a hundred times the least. */
function scaleOf(ranges) {
  const most = Math.max(...ranges.map((range) => range.most))
  const least = Math.min(...ranges.map((range) => range.least).filter((value) => value > 0))
  const isLogarithmic = most / least > 100
  const from = isLogarithmic ? 10 ** Math.floor(Math.log10(least)) : 0
  const part = (value) =>
    isLogarithmic ? Math.log(Math.max(value, from) / from) / Math.log(most / from) : value / most
  return { isLogarithmic, at: (value) => barLeft + part(value) * (barRight - barLeft) }
}

export function svgPlot({ title, rows, key, unit, better }) {
  const plotted = rows.filter((row) => rangeAt(row, key) !== undefined)
  const scale = scaleOf(plotted.map((row) => rangeAt(row, key)))
  const height = top + plotted.length * rowHeight + 16
  const subtitle = `${unit}, ${better} is better${scale.isLogarithmic ? ', logarithmic' : ''}`
  const text = (x, y, content, more = '') =>
    `<text x="${x}" y="${y}" ${more}>${escaped(content)}</text>`
  const bars = plotted.flatMap((row, index) => {
    const { median, least, most } = rangeAt(row, key)
    const y = top + index * rowHeight
    const [middle, from, to] = [median, least, most].map((value) => scale.at(value).toFixed(1))
    const line = y + rowHeight / 2 - 3
    return [
      text(barLeft - 8, y + 14, row.name, 'text-anchor="end"'),
      `<rect x="${barLeft}" y="${y + 2}" width="${(middle - barLeft).toFixed(1)}" height="${rowHeight - 9}" fill="${colourOf(row)}"/>`,
      `<path d="M${from} ${line}H${to}M${from} ${line - 4}v8M${to} ${line - 4}v8" stroke="#222" fill="none"/>`,
      text(Number(to) + 6, y + 14, shown(median)),
    ]
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" role="img">`,
    `<title>${escaped(title)}</title>`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    text(12, 20, title, 'font-size="15" font-weight="bold"'),
    text(12, 37, subtitle, 'fill="#555"'),
    ...bars,
    '</svg>',
    '',
  ].join('\n')
}
