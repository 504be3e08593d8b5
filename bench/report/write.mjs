// Writes results into docs/benchmarks/: JSON, a page with its table, a plot, and a list of pages.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { here } from '../measure/processes.mjs'
import { linePlot } from './lines.mjs'
import { svgPlot } from './plot.mjs'
import { markdownPage } from './table.mjs'

const folder = here('../docs/benchmarks')

export function writeResult(result) {
  mkdirSync(folder, { recursive: true })
  const write = (ending, text) => writeFileSync(join(folder, `${result.name}.${ending}`), text)
  write('json', `${JSON.stringify(result, null, 2)}\n`)
  write('svg', result.lines === undefined ? svgPlot(result) : linePlot(result))
  write('md', markdownPage(result))
}

/** Lists what is there, so that one suite alone can be run again. */
export function writeIndex(suites) {
  const files = readdirSync(folder)
  const lines = Object.entries(suites).map(([name, { title }]) => {
    if (!files.includes(`${name}.json`)) return `| ${title} | not run yet | |`
    const {
      date,
      noise,
      goals = [],
    } = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))
    const met = goals.filter((goal) => goal.met).length
    const goalText = goals.length === 0 ? '' : `${met} of ${goals.length} met`
    return `| [${title}](${name}.md) | ${date}${noise?.isNoisy ? ', noisy' : ''} | ${goalText} |`
  })
  const page = `# Benchmarks

Made by \`node bench/run.mjs all --write\` ([how](../../bench/README.md)); each page has its date, machine,
settings and command. Absolute figures mean nothing on another machine: compare what stands in one
table, which was measured in one interleaved run.

| | measured | goals |
|---|---|---|
${lines.join('\n')}

Beside them: [refreshes on Redis](redis.md), and the [soak](soak-report.md).
`
  writeFileSync(join(folder, 'README.md'), page)
}
