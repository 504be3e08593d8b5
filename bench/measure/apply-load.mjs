// Puts load on a server, by load.mjs.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { canPin, here, loadCore, run, temporaryFolder } from './processes.mjs'

/** What is said of the load in a report. */
export const generatorOf = ({ polls }) =>
  isPolling(polls) ? 'load.mjs (node:net), which polls' : 'load.mjs (node:net)'

/** Without a core of its own it would take the server's. */
const isPolling = (polls) => Boolean(polls && canPin)

/**
 * @param plan as load.mjs has it. Its tokens are replaced by those that are good afterwards, and next.
 * @returns { answered, seconds, latency: { p50, p99 } in milliseconds }.
 * @throws Error when an answer was not 200 or 204.
 */
export async function applyLoad(plan) {
  const file = join(temporaryFolder(), 'plan.json')
  writeFileSync(file, JSON.stringify({ ...plan, polls: isPolling(plan.polls) }))
  const result = JSON.parse(await run(loadCore, process.execPath, [here('measure/load.mjs'), file]))
  const failures = Object.entries(result.failures)
  if (failures.length > 0) {
    const list = failures.map(([status, count]) => `${count} × ${status}`).join(', ')
    throw new Error(`${plan.url}${plan.request.path} failed: ${list}`)
  }
  if (plan.next !== undefined || plan.inTurn) plan.tokens = result.tokens ?? plan.tokens
  return result
}

/**
 * Loads a server for a while that does not count. Between its turns it lies idle, the system takes its
 * pages and others the caches; who has more code would pay for it in the first half second.
 */
export async function warmUp(plan) {
  const { seconds } = plan
  await applyLoad(Object.assign(plan, { seconds: seconds / 2 }))
  plan.seconds = seconds
}
