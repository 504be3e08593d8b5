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

function goalText({ goal, kind, bound, value, best }) {
  const inBest = best === undefined ? '' : `, ${shown(best)} in its best round`
  return `${goal}: ${shown(value)}${inBest} (goal ${signs[kind]} ${bound})`
}

function noiseText({ difference, others, isNoisy }) {
  const share = (part) => `${(part * 100).toFixed(1)} %`
  const figures =
    `the reference measured twice in a round differs by ${share(difference)} in the median; ` +
    `others had ${share(others)} of one core`
  return isNoisy ? `Noisy, not to be quoted: ${figures}.` : `Quiet: ${figures}.`
}

export function markdownPage(result) {
  const { title, text, name, date, command, machine, settings, load, noise } = result
  return [
    `# ${title}`,
    text,
    `![${title}](${name}.svg)`,
    markdownTable(result),
    goalsTable(result),
    leftOutList(result),
    noise === undefined ? '' : noiseText(noise),
    [
      `${date}, ${machine.processor}, ${machine.cores} cores, ${machine.memoryGB} GB, ${machine.system},`,
      `Node ${machine.node}, Redis ${machine.redis}${load ? `, load by ${load}` : ''},`,
      `${machine.pinned ? 'pinned to cores by taskset' : 'not pinned to cores: taskset is missing'};`,
      `${Object.entries(settings)
        .map(([key, value]) => `${key} ${value}`)
        .join(', ')}.`,
      `Medians; least to most in brackets. \`${command}\``,
    ].join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n')
}

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
  if (goals.length === 0) return ''
  const lines = goals.map(({ goal, kind, bound, value, best, met }) => [
    goal,
    `${signs[kind]} ${bound}`,
    shown(value),
    best === undefined ? '–' : shown(best),
    met ? 'met' : '**missed**',
  ])
  return markdownRows(['goal', '', 'median', 'best round', ''], lines)
}

function leftOutList({ leftOut = [] }) {
  if (leftOut.length === 0) return ''
  return `Left out:\n\n${leftOut.map(({ name, reason }) => `- ${name}: ${reason}`).join('\n')}`
}

function markdownRows(heading, lines) {
  const row = (cells) => `| ${cells.join(' | ')} |`
  const rule = `|---|${heading
    .slice(1)
    .map(() => '---:|')
    .join('')}`
  return [row(heading), rule, ...lines.map(row)].join('\n')
}
