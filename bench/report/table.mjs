// A result as text: for a terminal, and as a page of Markdown.
import { shown, shownRange } from '../measure/figures.mjs'
import { rangeAt } from './values.mjs'

export function terminalTable({ title, rows, columns, goals = [], noise, leftOut = [] }) {
  const width = Math.max(...rows.map(({ name }) => name.length), 20)
  const lines = [title]
  for (const [path, heading] of columns) {
    lines.push(`  ${heading}`)
    for (const row of rows) {
      const range = rangeAt(row, path)
      if (range === undefined) continue
      lines.push(
        `    ${row.name.padEnd(width)} ${shown(range.median).padStart(9)}  (${shownRange(range)})`,
      )
    }
  }
  for (const goal of goals) lines.push(`  ${goal.met ? 'met   ' : 'MISSED'} ${goalText(goal)}`)
  for (const { name, reason } of leftOut) lines.push(`  left out: ${name}: ${reason}`)
  if (noise !== undefined) lines.push(`  ${noiseText(noise)}`)
  return lines.join('\n')
}

const signs = { atLeast: '≥', atMost: '≤' }

function goalText({ goal, kind, bound, value, best, limit }) {
  const inBest = best === undefined ? '' : `, ${shown(best)} in its best round`
  const atLimit = limit === undefined ? '' : `, the limit ${shown(limit)}`
  return `${goal}: ${shown(value)}${inBest}${atLimit} (goal ${signs[kind]} ${bound})`
}

function noiseText({ difference, others, isNoisy }) {
  const share = (part) => `${(part * 100).toFixed(1)} %`
  const figures =
    `the reference measured twice in a round differs by ${share(difference)} in the median; ` +
    `others had ${share(others)} of one core`
  return isNoisy ? `Noisy, not to be quoted: ${figures}.` : `Quiet: ${figures}.`
}

export function markdownPage(result) {
  const { title, text, name, noise } = result
  return [
    `# ${title}`,
    text,
    `![${title}](${name}.svg)`,
    markdownTable(result),
    goalsTable(result),
    leftOutList(result),
    noise === undefined ? '' : noiseText(noise),
    runText(result),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n')
}

function runText({ date, command, tookSeconds, machine, settings, load }) {
  const given = Object.entries(settings).map(([key, value]) => `${key} ${value}`)
  return [
    `${date}, ${machineText(machine)},`,
    `Redis ${machine.redis}, PostgreSQL ${machine.postgres}${load ? `, load by ${load}` : ''},`,
    `${machine.pinned ? 'pinned to cores by taskset' : 'not pinned to cores: taskset is missing'};`,
    `${given.join(', ')}; the run took ${Math.round(tookSeconds)} s.`,
    `Medians; least to most in brackets. \`${command}\``,
  ].join('\n')
}

export const machineText = ({ processor, cores, memoryGB, system, node }) =>
  `${processor}, ${cores} cores, ${memoryGB} GB, ${system}, Node ${node}`

function markdownTable({ rows, columns }) {
  const heading = ['', ...columns.map(([, text]) => text)]
  const lines = rows.map((row) => [row.name, ...columns.map(([path]) => cell(rangeAt(row, path)))])
  return markdownRows(heading, lines)
}

function cell(range) {
  if (range === undefined) return '–'
  return range.least === range.most
    ? shown(range.median)
    : `${shown(range.median)} (${shownRange(range)})`
}

function goalsTable({ goals = [] }) {
  return goals.length === 0 ? '' : markdownRows(goalHeading, goals.map(goalCells))
}

export const goalHeading = ['goal', '', 'median', 'best round', 'the limit', '']

export const goalCells = ({ goal, kind, bound, value, best, limit, met }) => [
  goal,
  `${signs[kind]} ${bound}`,
  shown(value),
  best === undefined ? '–' : shown(best),
  limit === undefined ? '–' : shown(limit),
  met ? 'met' : '**missed**',
]

function leftOutList({ leftOut = [] }) {
  if (leftOut.length === 0) return ''
  return `Left out:\n\n${leftOut.map(({ name, reason }) => `- ${name}: ${reason}`).join('\n')}`
}

/** @param textColumns so many columns from the left are text; the others are figures. */
export function markdownRows(heading, lines, textColumns = 1) {
  const row = (cells) => `| ${cells.join(' | ')} |`
  const rule = heading.map((_, index) => (index < textColumns ? '---|' : '---:|')).join('')
  return [row(heading), `|${rule}`, ...lines.map(row)].join('\n')
}
