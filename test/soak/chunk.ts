/** A chunk of a soak: a world of its own, some thousands of steps, a fault every so often. */

import { setTimeout as pause } from 'node:timers/promises'
import { faults } from './faults.ts'
import type { Ledger } from './ledger.ts'
import { command, type RedisPair, startRedisPair } from './redis-pair.ts'
import { gather, playTurn } from './turn.ts'
import { openWorld } from './world.ts'

export interface ChunkOptions {
  readonly pair: RedisPair
  readonly seed: number
  readonly steps: number
  readonly accounts: number
  /** Turns between two faults, at most. */
  readonly calmTurns: number
}

/** A crash may lose a second of it. */
export const startSoakPair = (): Promise<RedisPair> =>
  startRedisPair(['--save', '', '--appendonly', 'yes', '--appendfsync', 'everysec'])

export async function playChunk(options: ChunkOptions): Promise<Ledger> {
  const { pair, seed, steps, accounts, calmTurns } = options
  const world = await openWorld(pair.url, seed, accounts)
  const { ledger, random } = world
  const crowd = gather(world, accounts)
  const play = async (turns: number): Promise<void> => {
    for (let turn = 0; turn < turns; turn += 1) await playTurn(crowd)
  }
  const stage = { pair, world, play }
  const names = Object.keys(faults)
  try {
    while (ledger.totals.steps < steps) {
      await play(1 + Math.floor(random() * calmTurns))
      const name = names[Math.floor(random() * names.length)] as string
      await faults[name]?.(stage)
      ledger.totals.faults += 1
      ledger.faults[name] = (ledger.faults[name] ?? 0) + 1
      const recovery = await world.untilUp()
      const slowest = Math.max(ledger.totals.slowestRecoveryMilliseconds, Math.round(recovery))
      ledger.totals.slowestRecoveryMilliseconds = slowest
      // The breaker lets one call through first.
      await pause(5)
    }
    return ledger
  } finally {
    await world.close()
    await command(pair.primary().port, 'FLUSHALL')
  }
}
