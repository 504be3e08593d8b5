// Runs suites of the bench: `node bench/run.mjs guard refresh`, or `all`. See README.md.
import { platform } from 'node:os'
import { machine } from './measure/machine.mjs'
import { createDatabases } from './measure/servers.mjs'
import { readSettings } from './measure/settings.mjs'
import { terminalTable } from './report/table.mjs'
import { writeIndex, writeResult } from './report/write.mjs'
import { suites } from './suites/list.mjs'

const args = process.argv.slice(2)

async function runSuite(name, settings) {
  const { title, text, run } = suites[name]
  const databases = createDatabases()
  try {
    const result = await run(settings, databases)
    const command = [
      'node bench/run.mjs',
      name,
      ...args.filter((arg) => !(arg in suites) && arg !== 'all'),
    ]
    return {
      ...{ name, title, text, date: new Date().toISOString().slice(0, 10) },
      ...{ command: command.join(' '), machine: machine() },
      ...result,
    }
  } finally {
    await databases.stop()
  }
}

async function main() {
  if (platform() !== 'linux') throw new Error('The bench needs Linux: it reads /proc.')
  const settings = readSettings(args)
  const names = settings.names.includes('all') ? Object.keys(suites) : settings.names
  const unknown = names.find((name) => !(name in suites))
  if (unknown !== undefined || names.length === 0) {
    throw new Error(`Name one or more of: all, ${Object.keys(suites).join(', ')}.`)
  }
  for (const name of names) {
    const result = await runSuite(name, settings)
    // For the tests, which read the last line.
    console.log(settings.json ? JSON.stringify(result) : `${terminalTable(result)}\n`)
    if (settings.write) writeResult(result)
  }
  if (settings.write) writeIndex(suites)
}

try {
  await main()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
