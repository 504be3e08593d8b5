/** What an honest client does, one function a habit; none of it may cost it its session. */

import { changePassword } from '../../src/flows/change-password.ts'
import { unknownDevice } from '../../src/flows/context.ts'
import { login } from '../../src/flows/login.ts'
import { logout, logoutAll } from '../../src/flows/logout.ts'
import { endOwnSession } from '../../src/flows/sessions.ts'
import { contentOf, type Device, judgeRefusal, present, request } from './requests.ts'
import type { World } from './world.ts'

/** What the actions of all clients share. */
export interface Crowd {
  readonly world: World
  readonly devices: readonly Device[]
  /** Tokens of sessions that were answered to have ended. */
  readonly ended: string[]
  /** Late repetitions of passed tokens, to be presented within ten seconds. */
  readonly stragglers: { readonly device: Device; readonly token: string; readonly at: number }[]
}

const mostEnded = 4000

/** From here on this token must never be exchanged again. */
export function promiseEnded({ world, ended }: Crowd, token: string): void {
  if (ended.length < mostEnded) ended.push(token)
  else ended[Math.floor(world.random() * mostEnded)] = token
}

export function leave(crowd: Crowd, device: Device, token: string): void {
  promiseEnded(crowd, token)
  if (device.theft !== undefined) {
    promiseEnded(crowd, device.theft.held)
    crowd.world.ledger.totals.caught += 1
  }
  device.theft = undefined
  device.leaving = false
  if (device.held === token) device.held = undefined
}

export async function refreshOnce(
  crowd: Crowd,
  device: Device,
  options: { readonly answerLost?: boolean } = {},
): Promise<void> {
  const { world } = crowd
  const token = device.held
  if (token === undefined) return
  if (device.theft !== undefined && world.now() - device.theft.ownerTriedAt > 10_000) {
    device.theft.ownerTriedAt = world.now()
    device.theft.ownerTries += 1
  }
  const outcome = await present(world, token)
  if ('value' in outcome) {
    world.ledger.totals.refreshed += 1
    if (options.answerLost !== true) device.held = outcome.value.refreshToken
  } else if (await judgeRefusal(world, token, outcome.code)) leave(crowd, device, token)
}

/** Some tabs at once: each gets a successor of its own, and any of them may be the one that is kept. */
export async function refreshTabs(crowd: Crowd, device: Device): Promise<void> {
  const tabs = 2 + Math.floor(crowd.world.random() * 3)
  await Promise.all(Array.from({ length: tabs }, () => refreshOnce(crowd, device)))
}

/** A request that was given up arrives when its answer has been overtaken twice. */
export async function refreshWithStraggler(crowd: Crowd, device: Device): Promise<void> {
  const passed = device.held
  await refreshOnce(crowd, device)
  await refreshOnce(crowd, device)
  if (passed === undefined || device.held === undefined || device.held === passed) return
  const at = crowd.world.now()
  crowd.stragglers.push({ device, token: passed, at })
  if (crowd.world.random() < 0.5) {
    await Promise.all([present(crowd.world, passed), refreshOnce(crowd, device)])
  }
}

export async function logIn(crowd: Crowd, device: Device): Promise<void> {
  const { world } = crowd
  const { username, passwords, held } = device
  const password = passwords.known[Math.floor(world.random() * passwords.known.length)] as string
  const earlierRefreshTokens = held === undefined ? [] : [held]
  const isCertain = passwords.known.length === 1
  const startedAt = world.now()
  const outcome = await request(world, (server) =>
    login(server, { username, password, earlierRefreshTokens }, unknownDevice),
  )
  if ('value' in outcome) {
    world.ledger.totals.logIns += 1
    // Beside a change it says what the password was, and the change may be answered with an outage.
    if (passwords.changedAt < startedAt) passwords.known = [password]
    if (held !== undefined) leave(crowd, device, held)
    device.held = outcome.value.session.refreshToken
    return
  }
  const { code } = outcome
  const changedMeanwhile = !isCertain || passwords.changedAt >= startedAt
  if (code === 'temporarily_unavailable' || code === 'session_ended') return
  if (code === 'invalid_credentials' && changedMeanwhile) return
  world.ledger.note('unexpected', `log-in answered ${code}`)
}

export async function logOut(crowd: Crowd, device: Device): Promise<void> {
  const token = device.held
  if (token === undefined) return
  device.leaving = true
  const outcome = await request(crowd.world, (server) => logout(server, { refreshToken: token }))
  if ('code' in outcome) return
  crowd.world.ledger.totals.logOuts += 1
  leave(crowd, device, token)
  await probe(crowd, token)
}

export async function logOutEverywhere(crowd: Crowd, device: Device): Promise<void> {
  const { world, devices } = crowd
  if (device.held === undefined) return
  const { accountId, sessionId } = contentOf(world, device.held)
  const held = devices
    .filter(({ username }) => username === device.username)
    .flatMap((one) => one.held ?? [])
  const outcome = await request(world, (server) => logoutAll(server, { accountId, sessionId }))
  if ('code' in outcome) return
  world.ledger.totals.logOutsEverywhere += 1
  for (const token of held) promiseEnded(crowd, token)
}

export async function changeOwnPassword(crowd: Crowd, device: Device): Promise<void> {
  const { world } = crowd
  const { passwords, held } = device
  if (held === undefined || passwords.known.length > 1 || passwords.changedAt === world.now())
    return
  const caller = contentOf(world, held)
  const [currentPassword = ''] = passwords.known
  const newPassword = `a new one, made at ${world.now()} by chance ${world.random()}`
  passwords.known = [currentPassword, newPassword]
  passwords.changedAt = world.now()
  const outcome = await request(world, (server) =>
    changePassword(server, caller, { currentPassword, newPassword }, unknownDevice),
  )
  // Of two devices that try at once one wins, and the other finds another password there.
  if ('code' in outcome) return
  passwords.known = [newPassword]
  world.ledger.totals.passwordChanges += 1
  leave(crowd, device, held)
  device.held = outcome.value.session.refreshToken
}

export async function endAnotherDevice(crowd: Crowd, device: Device): Promise<void> {
  const { world, devices } = crowd
  const other = devices.find((one) => one.username === device.username && one !== device)
  if (device.held === undefined || other?.held === undefined) return
  const [caller, target] = [contentOf(world, device.held), contentOf(world, other.held)]
  const token = other.held
  const outcome = await request(world, (server) => endOwnSession(server, caller, target.sessionId))
  if ('code' in outcome) return
  world.ledger.totals.remoteLogOuts += 1
  promiseEnded(crowd, token)
}

/** Presents a token whose session was answered to have ended. */
export async function probe({ world, ended }: Crowd, token: string): Promise<void> {
  world.ledger.totals.probes += 1
  const outcome = await present(world, token)
  if ('value' in outcome) world.ledger.note('revived', contentOf(world, token).sessionId)
  else if (outcome.code === 'refresh_token_expired') {
    const index = ended.indexOf(token)
    if (index >= 0) ended.splice(index, 1)
  }
}
