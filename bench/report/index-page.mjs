// The page that lists every suite: what it asks, and what its last run said. It is made from the JSON of
// all that lie there, so that one suite can be run again without the others.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { goalCells, goalHeading, machineText, markdownRows } from './table.mjs'

export function indexPage(suites, folder) {
  const entries = Object.entries(suites).map(([name, { title, asks }]) => {
    const file = join(folder, `${name}.json`)
    const result = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
    return { name, title, asks, result, goals: result?.goals ?? [] }
  })
  const run = entries.filter(({ result }) => result !== undefined)
  const others = otherRuns(suites, folder)
  const all = run.flatMap(({ goals }) => goals)
  return `# Benchmarks

Made by \`node bench/run.mjs all --write\` ([how](../../bench/README.md)). Absolute figures mean nothing on
another machine: compare what stands in one table, which was measured in one interleaved run.

${markdownRows(['suite', 'what it asks', 'goals met', 'measured'], [...entries, ...others].map(suiteCells), 4)}

Beside them: [Redis](redis.md), and the [soak](soak-report.md).

## Goals

${all.length === 0 ? 'No suite with goals has been run yet.' : `${summaryOf(all)}\n\n${goalsTable(run)}`}

## Runs

${run.length === 0 ? 'None yet.' : runsTable([...run, ...others])}
`
}

/** What was run under a name of its own, as on another Node.js; its goals are not counted again. */
function otherRuns(suites, folder) {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json') && !(file.slice(0, -5) in suites))
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')))
    .map((result) => ({
      ...{ name: result.name, title: result.title, result, goals: result.goals ?? [] },
      asks: `The same question, asked by \`${result.command}\`.`,
    }))
}

const linked = ({ name, title }) => `[${title}](${name}.md)`

function suiteCells({ name, title, asks, result, goals }) {
  if (result === undefined) return [title, asks, '', 'not run yet']
  const met = goals.filter((goal) => goal.met).length
  const goalsMet = goals.length === 0 ? '–' : `${met} of ${goals.length}`
  return [linked({ name, title }), asks, goalsMet, [result.date, ...doubtsOf(result)].join(', ')]
}

/** What keeps a result from being quoted, or whole: a goal against what is left out is not there. */
function doubtsOf({ noise, command, leftOut = [] }) {
  return [
    noise?.isNoisy ? '**noisy**' : '',
    command.includes('--short') ? '**short**' : '',
    leftOut.length > 0 ? `${leftOut.length} left out` : '',
  ].filter((doubt) => doubt !== '')
}

function summaryOf(goals) {
  const missed = goals.filter((goal) => !goal.met).length
  const kept = `${goals.length - missed} of ${goals.length} goals are met`
  const summary =
    missed === 0 ? `${kept}.` : `${kept}; ${missed} ${missed === 1 ? 'is' : 'are'} missed.`
  return `${summary} The limit is what a server that does less than any library must came to in the
same run, where there is one: a goal that it misses too is out of reach on that machine.`
}

function goalsTable(run) {
  const lines = run.flatMap((entry) =>
    entry.goals.map((goal) => [linked(entry), ...goalCells(goal)]),
  )
  return markdownRows(['suite', ...goalHeading], lines, 2)
}

function runsTable(run) {
  const lines = run.map((entry) => {
    const { date, machine, tookSeconds, command } = entry.result
    return [
      linked(entry),
      date,
      machineText(machine),
      `${Math.round(tookSeconds)} s`,
      `\`${command}\``,
    ]
  })
  return markdownRows(['suite', 'date', 'machine', 'took', 'command'], lines, 5)
}
