/** The program behind `npm run soak:kill`: many rounds, a line now and then, a verdict at the end. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type KillTotals, runKillRounds } from './kill-rounds.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '200' } } })
const rounds = Number(values.rounds)
const write = (line: string): void => void process.stdout.write(`${line}\n`)

const summary = ({ rounds: done, refreshes, accounts, logOuts, broken }: KillTotals): string =>
  `${done} kills, ${refreshes} refreshes, ${accounts} accounts, ${logOuts} log-outs, ` +
  `${broken.length} broken promises`

if (!Number.isInteger(rounds) || rounds < 1) {
  write(`--rounds must be a whole number from 1, got '${values.rounds}'`)
  process.exitCode = 2
} else {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-soak-'))
  try {
    const totals = await runKillRounds({
      folder,
      rounds,
      milliseconds: { least: 0, most: 600 },
      onRound: (soFar) => {
        if (soFar.rounds % 10 === 0) write(summary(soFar))
      },
    })
    for (const one of totals.broken) write(`  ${one}`)
    write(`${totals.broken.length === 0 ? 'Held' : 'BROKEN'}: ${summary(totals)}`)
    process.exitCode = totals.broken.length === 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}
