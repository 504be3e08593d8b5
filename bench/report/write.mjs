// Writes results into docs/benchmarks/: JSON, a page with its table, and a plot.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { here } from '../measure/processes.mjs'
import { indexPage } from './index-page.mjs'
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

export function writeIndex(suites) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'README.md'), indexPage(suites, folder))
}
