// Runs suites of the bench: `node bench/run.mjs guard refresh`, or `all`. See README.md.
//
// What goes on is told on stderr, results on stdout. A suite that fails does not stop the others; the
// run then ends with code 1.
import { platform } from 'node:os'
import { machine } from './measure/machine.mjs'
import { undoAll } from './measure/processes.mjs'
import { createDatabases } from './measure/servers.mjs'
import { readSettings } from './measure/settings.mjs'
import { terminalTable } from './report/table.mjs'
import { writeIndex, writeResult } from './report/write.mjs'
import { suites } from './suites/list.mjs'

const args = process.argv.slice(2)
const startedAt = performance.now()
const secondsSince = (then) => (performance.now() - then) / 1000

async function runSuite(name, settings, report) {
  const { title, text, run } = suites[name]
  const databases = createDatabases()
  const suiteStartedAt = performance.now()
  try {
    const result = await run(settings, databases, report)
    const command = [
      'node bench/run.mjs',
      name,
      ...args.filter((arg) => !(arg in suites) && arg !== 'all'),
    ]
    return {
      ...(settings.as === undefined
        ? { name, title }
        : { name: settings.as, title: `${title}, Node.js ${process.versions.node.split('.')[0]}` }),
      ...{ text, date: new Date().toISOString().slice(0, 10) },
      ...{ command: command.join(' '), machine: machine() },
      tookSeconds: Number(secondsSince(suiteStartedAt).toFixed(1)),
      ...result,
    }
  } finally {
    await databases.stop()
    undoAll()
  }
}

/** @returns the names of the suites that failed. */
async function runAll(names, settings) {
  const failed = []
  for (const [index, name] of names.entries()) {
    const report = (text) =>
      console.error(
        `${shownTime(secondsSince(startedAt))} ${index + 1}/${names.length} ${name}: ${text}`,
      )
    report('begins')
    try {
      const result = await runSuite(name, settings, report)
      // For the tests, which read the last line.
      console.log(settings.json ? JSON.stringify(result) : `${terminalTable(result)}\n`)
      // After each, so that a run which is broken off leaves what it has.
      if (settings.write) {
        writeResult(result)
        writeIndex(suites)
      }
    } catch (error) {
      failed.push(name)
      report(`failed: ${error.message}`)
    }
  }
  return failed
}

function shownTime(seconds) {
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

async function main() {
  if (platform() !== 'linux') throw new Error('The bench needs Linux: it reads /proc.')
  const settings = readSettings(args)
  const names = settings.names.includes('all') ? Object.keys(suites) : settings.names
  const unknown = names.find((name) => !(name in suites))
  if (unknown !== undefined || names.length === 0) {
    throw new Error(`Name one or more of: all, ${Object.keys(suites).join(', ')}.`)
  }
  if (settings.as !== undefined && (names.length > 1 || settings.as in suites)) {
    throw new Error('--as gives one suite a name that no suite has.')
  }
  const failed = await runAll(names, settings)
  const done = names.length - failed.length
  const took = shownTime(secondsSince(startedAt))
  console.error(`${took} ${done} of ${names.length} suites done`)
  if (failed.length === 0) return
  throw new Error(
    `Failed, and ${settings.write ? 'not written' : 'left out'}: ${failed.join(', ')}.`,
  )
}

try {
  await main()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
