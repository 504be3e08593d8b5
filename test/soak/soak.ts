/**
 * The program behind `npm run soak [-- --steps N --seed N --state FILE --report FILE]`: chunk after
 * chunk, a line each, a verdict at the end. It goes on where its state file says.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { playChunk, startSoakPair } from './chunk.ts'
import { addTotals, noTotals, type Totals } from './ledger.ts'
import { reportOf } from './report.ts'

export interface SoakState {
  readonly seed: number
  chunks: number
  seconds: number
  readonly totals: Totals
  readonly faults: Record<string, number>
  readonly broken: string[]
}

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '5000000' },
    seed: { type: 'string', default: '1' },
    state: { type: 'string', default: '.cache/soak.json' },
    report: { type: 'string' },
  },
})
const stepsPerChunk = 25_000
const settings = { steps: stepsPerChunk, accounts: 250, calmTurns: 40 }
const write = (line: string): void => void process.stdout.write(`${line}\n`)

function readState(seed: number): SoakState {
  const fresh = { seed, chunks: 0, seconds: 0, totals: noTotals(), faults: {}, broken: [] }
  if (!existsSync(values.state)) return fresh
  const found = JSON.parse(readFileSync(values.state, 'utf8')) as SoakState
  return found.seed === seed ? found : fresh
}

const [steps, seed] = [Number(values.steps), Number(values.seed)]
if (!Number.isInteger(steps) || steps < 1 || !Number.isInteger(seed)) {
  write('--steps must be a whole number from 1, and --seed a whole number')
  process.exitCode = 2
} else {
  const state = readState(seed)
  const pair = await startSoakPair()
  let stopped = false
  process.once('SIGINT', () => {
    stopped = true
  })
  process.once('SIGTERM', () => {
    stopped = true
  })
  try {
    while (state.totals.steps < steps && !stopped) {
      const startedAt = performance.now()
      const chunkSeed = seed * 1_000_000 + state.chunks
      const { totals, faults, broken } = await playChunk({ pair, seed: chunkSeed, ...settings })
      const seconds = (performance.now() - startedAt) / 1000
      addTotals(state.totals, totals)
      for (const [name, count] of Object.entries(faults)) {
        state.faults[name] = (state.faults[name] ?? 0) + count
      }
      state.broken.push(...broken.map((what) => `chunk ${state.chunks}: ${what}`))
      state.chunks += 1
      state.seconds += seconds
      writeFileSync(values.state, JSON.stringify(state, undefined, 2))
      write(lineOf(state, totals.steps / seconds))
      for (const what of broken) write(`  ${what}`)
    }
  } finally {
    await pair.dispose()
  }
  if (values.report !== undefined) writeFileSync(values.report, reportOf(state, steps))
  const { lost, revived, missed, unexpected } = state.totals
  const held = lost + revived + missed + unexpected === 0
  write(`${held ? 'Held' : 'BROKEN'} after ${state.totals.steps} steps, seed ${seed}`)
  // What a broken run may have left open must not keep the program.
  process.exit(held ? 0 : 1)
}

function lineOf({ totals, chunks }: SoakState, rate: number): string {
  const { lost, revived, missed, unexpected, faults, thefts, caught } = totals
  return (
    `${chunks}: ${totals.steps} steps (${Math.round(rate)} a second), ${faults} faults, ` +
    `${lost} lost, ${revived} revived, ${caught} of ${thefts} thieves out, ${missed} missed, ` +
    `${unexpected} unexpected`
  )
}
