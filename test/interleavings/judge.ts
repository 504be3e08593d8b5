/**
 * What must hold in every world.
 *
 * An ending is answered when whoever asked for it has its answer, or when anybody was refused because
 * the session has ended. Then (I3): no refresh that begins later is answered with tokens, so no token
 * of a refresh that overlaps the ending can be used to get another. And of those that overlap it none
 * whose step in the session store comes later, as long as that store loses nothing; where it does, none
 * that itself brings the session back. What is left is a refresh that read the accounts before the
 * ending and finds a session that a rollback, or another refresh, has brought back: its tokens are good
 * for nothing, since the session is on the list and in the feed.
 */

import { AuthError } from '../../src/errors.ts'
import { refresh } from '../../src/flows/refresh.ts'
import type { Actor, Answer, World } from './scenario.ts'

const hasTokens = (answer: Answer | undefined): boolean =>
  typeof answer === 'object' && 'refreshToken' in answer

const codeOf = (answer: Answer | undefined): string | undefined =>
  typeof answer === 'object' && 'code' in answer ? answer.code : undefined

const refreshes = (world: World): readonly Actor[] =>
  world.actors.filter(({ plan }) => plan.kind === 'refresh')

export function judgeAnswers(world: World): string | undefined {
  for (const actor of refreshes(world)) {
    const { plan, answer, beganAfterEnding, steppedAfterEnding, broughtBack } = actor
    if (!hasTokens(answer)) continue
    if (beganAfterEnding) return `I3: ${plan.name} began after the ending and was answered`
    if (steppedAfterEnding && (broughtBack || !world.hasLost())) {
      return `I3: ${plan.name} took its step after the ending and was answered`
    }
  }
  const wantsEnding = world.actors.some(({ plan }) => plan.kind !== 'refresh')
  if (wantsEnding || isTheft(world)) return undefined
  for (const { plan, answer } of refreshes(world)) {
    const code = codeOf(answer)
    // Only a token that was passed may be late.
    if (code === undefined || (code === 'refresh_token_superseded' && plan.name === 'older'))
      continue
    return `I1: ${plan.name} was refused as ${code}`
  }
  return undefined
}

const isTheft = (world: World): boolean => world.actors.some(({ plan }) => plan.name === 'thief')

/** When nothing is under way any more. */
export async function judgeEnd(world: World): Promise<string | undefined> {
  if (isTheft(world) && !world.isEndingAnswered()) {
    const missed = await judgeTheft(world)
    return missed ?? judgeEnded(world)
  }
  if (world.isEndingAnswered()) return judgeEnded(world)
  const isDisturbed = world.actors.some(({ plan }) => plan.kind !== 'refresh')
  if (isDisturbed) return undefined
  const newest = newestOf(world)
  const code = await attempt(world, newest)
  return code === 'answered' ? undefined : `I1: the newest token is refused as ${code}`
}

async function judgeEnded(world: World): Promise<string | undefined> {
  const sessions = world.bystander.refreshTokens
  const own = world.tokens.filter(
    (token) => sessions.open(token)?.sessionId === world.setting.sessionId,
  )
  // The wipe first: what is tried without a loss mends what an actor left undone.
  const losses = [world.wipe, ...world.snapshots, () => undefined]
  for (const lose of losses) {
    lose()
    for (const token of own) {
      const code = await attempt(world, token)
      if (code === 'answered') return 'I3: an ended session issues again'
    }
    if ((await world.isListed()) && (await world.isLive()))
      return 'I3: an ended session is left live in the session store'
  }
  return undefined
}

const mostTries = 4

/** Owner and thief go on, eleven seconds apart, until the session has ended. */
async function judgeTheft(world: World): Promise<string | undefined> {
  const held = refreshes(world).map(({ plan, answer }) =>
    typeof answer === 'object' && 'refreshToken' in answer
      ? answer.refreshToken
      : (world.setting.tokens[plan.name] as string),
  )
  for (let tries = 0; tries < mostTries; tries += 1) {
    for (const [index, token] of held.entries()) {
      world.tick()
      const answer = await present(world, token)
      if ('refreshToken' in answer) held[index] = answer.refreshToken
      else if (answer.code !== 'refresh_token_superseded') {
        const again = await attempt(world, held[1 - index] as string)
        return again === 'answered' ? 'I2: the other goes on after the replay' : undefined
      }
    }
  }
  return 'I2: both go on'
}

/** Whoever sends a newer token gives up what was asked with an older one. */
function newestOf({ actors, setting }: World): string {
  const newest = actors.find(({ plan }) => plan.name === 'newer')?.answer
  if (typeof newest === 'object' && 'refreshToken' in newest) return newest.refreshToken
  return setting.tokens.newer as string
}

async function present(world: World, token: string) {
  try {
    return await refresh(world.bystander, token)
  } catch (error) {
    if (error instanceof AuthError) return { code: error.code }
    throw error
  }
}

async function attempt(world: World, token: string): Promise<string> {
  const answer = await present(world, token)
  return 'code' in answer ? answer.code : 'answered'
}
