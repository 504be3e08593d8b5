/**
 * Explores every interleaving of a scenario, depth first: an execution cannot be copied, so each
 * branch is played again from the beginning. Worlds that were seen before are not entered again.
 */

import { judgeAnswers, judgeEnd } from './judge.ts'
import type { Sabotage, Scenario, World } from './scenario.ts'
import { prepare } from './scenarios.ts'
import { openWorld } from './world.ts'

export interface Exploration {
  readonly worlds: number
  readonly executions: number
  /** What was violated, and the moves that lead there. */
  readonly violation: string | undefined
}

export async function explore(scenario: Scenario, sabotage?: Sabotage): Promise<Exploration> {
  const seen = new Set<string>()
  let executions = 0

  async function replay(moves: readonly string[]): Promise<World> {
    executions += 1
    const world = await openWorld(scenario, prepare, sabotage)
    for (const move of moves) await world.make(move)
    return world
  }

  async function visit(world: World, path: readonly string[]): Promise<string | undefined> {
    const wrong = judgeAnswers(world)
    if (wrong !== undefined) return `${wrong}: ${path.join('; ')}`
    const key = await world.key()
    if (seen.has(key)) return undefined
    seen.add(key)
    const moves = world.moves()
    if (moves.length === 0) {
      const atTheEnd = await judgeEnd(world)
      return atTheEnd && `${atTheEnd}: ${path.join('; ')}`
    }
    // The execution at hand goes on with the last move; the others are played anew.
    for (const move of moves.slice(0, -1)) {
      const another = [...path, move]
      const found = await visit(await replay(another), another)
      if (found !== undefined) return found
    }
    const last = moves.at(-1) as string
    await world.make(last)
    return visit(world, [...path, last])
  }

  const violation = await visit(await replay([]), [])
  return { worlds: seen.size, executions, violation }
}
