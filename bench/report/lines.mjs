// A result as an SVG plot of curves: a panel a thing that was measured, a line a store, over sizes
// that stand at the places of their logarithms.
import { shown } from '../measure/figures.mjs'
import { escaped } from './plot.mjs'

const width = 860
const top = 88
const panelHeight = 200
const left = 58
const gap = 66
const right = 14
const bottom = 54

/** Told apart by form as well as by colour. */
const marks = [
  { colour: '#1f6f54', path: 'm-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z' },
  { colour: '#c2571a', path: 'm-4 -4h8v8h-8z' },
  { colour: '#3b5bb5', path: 'm0 -5l5 9h-10z' },
]

/**
 * @param result with `lines`: { x, panels: [{ title, series: [{ name, points }] }] }; a point is
 * { x, median, least, most }. Series of the same place in their panels have the same name.
 */
export function linePlot({ title, unit, better, lines: { x, panels } }) {
  const panelWidth = (width - left - right - gap * (panels.length - 1)) / panels.length
  const height = top + panelHeight + bottom
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" role="img">`,
    `<title>${escaped(title)}</title>`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    text(12, 20, title, 'font-size="15" font-weight="bold"'),
    text(12, 37, `${unit}, ${better} is better; a line from least to most`, 'fill="#555"'),
    ...legend(panels[0].series.map(({ name }) => name)),
    ...panels.flatMap((panel, index) =>
      panelOf(panel, { from: left + index * (panelWidth + gap), panelWidth, x }),
    ),
    '</svg>',
    '',
  ].join('\n')
}

const text = (x, y, content, more = '') =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${escaped(content)}</text>`

const markAt = (index, x, y) =>
  `<path d="M${x.toFixed(1)} ${y.toFixed(1)}${marks[index % marks.length].path}" fill="${marks[index % marks.length].colour}"/>`

function legend(names) {
  if (names.length === 1) return []
  const y = 56
  let x = 18
  return names.flatMap((name, index) => {
    const entry = [markAt(index, x, y - 4), text(x + 10, y, name)]
    // Wide enough for every font that stands for sans-serif.
    x += 36 + name.length * 7.5
    return entry
  })
}

function panelOf({ title, series }, { from, panelWidth, x }) {
  const all = series.flatMap(({ points }) => points)
  const sizes = [...new Set(all.map((point) => point.x))].sort((a, b) => a - b)
  const ticks = ticksUpTo(Math.max(...all.map(({ most }) => most)))
  const highest = ticks.at(-1)
  const [low, high] = [logOf(sizes[0]), logOf(sizes.at(-1))]
  const inset = 16
  const xAt = (size) =>
    from + inset + ((logOf(size) - low) / (high - low || 1)) * (panelWidth - 2 * inset)
  const yAt = (value) => top + panelHeight * (1 - value / highest)
  return [
    text(from, top - 10, title, 'font-weight="bold"'),
    ...ticks.flatMap((tick) => [
      `<path d="M${from.toFixed(1)} ${yAt(tick).toFixed(1)}h${panelWidth.toFixed(1)}" stroke="${tick === 0 ? '#555' : '#ddd'}"/>`,
      text(from - 6, yAt(tick) + 4, shownTick(tick), 'text-anchor="end" fill="#555"'),
    ]),
    ...sizes.map((size) =>
      text(xAt(size), top + panelHeight + 18, shownSize(size), 'text-anchor="middle" fill="#555"'),
    ),
    text(
      from + panelWidth / 2,
      top + panelHeight + 38,
      `${x}, logarithmic`,
      'text-anchor="middle" fill="#555"',
    ),
    ...series.flatMap(({ points }, index) => curve(points, { index, of: series.length, xAt, yAt })),
  ]
}

/** Those of several stores stand beside each other, so that none covers the other. */
function curve(points, { index, of, xAt, yAt }) {
  const shift = (index - (of - 1) / 2) * 5
  const { colour } = marks[index % marks.length]
  const places = points.map(({ x, median }) => [xAt(x) + shift, yAt(median)])
  const path = places.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')
  return [
    `<path d="M${path}" stroke="${colour}" stroke-width="1.5" fill="none"/>`,
    ...points.map(({ least, most }, at) => {
      const x = places[at][0].toFixed(1)
      return `<path d="M${x} ${yAt(least).toFixed(1)}V${yAt(most).toFixed(1)}" stroke="${colour}" opacity="0.5"/>`
    }),
    ...places.map(([x, y]) => markAt(index, x, y)),
  ]
}

/** Of nothing there is no logarithm; it stands where one does. */
const logOf = (size) => Math.log10(Math.max(1, size))

/** From 0, in steps of 1, 2 or 5 times a power of ten, three to six of them. */
function ticksUpTo(most) {
  const rough = most / 4 || 1
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough)
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step)
}

const shownTick = (value) => (value === 0 ? '0' : shown(value).replace(/\.0+$|(\.\d*?)0+$/, '$1'))

function shownSize(size) {
  if (size >= 1_000_000) return `${size / 1_000_000} M`
  return size >= 1000 ? `${size / 1000} k` : String(size)
}
