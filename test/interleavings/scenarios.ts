/** Who acts, and how often the session store may lose what. */

import { uuidV7 } from '../../src/crypto/uuid.ts'
import { changePassword } from '../../src/flows/change-password.ts'
import { type FlowContext, unknownDevice } from '../../src/flows/context.ts'
import { login } from '../../src/flows/login.ts'
import { logout, logoutAll } from '../../src/flows/logout.ts'
import { refresh } from '../../src/flows/refresh.ts'
import type { ActorPlan, Scenario, Setting } from './scenario.ts'

const password = 'correct horse battery'

/** An account, a session, and two successors of its first token, none of them used. */
export async function prepare(context: FlowContext): Promise<Setting> {
  const names = {
    externalId: null,
    username: 'ada',
    usernameKey: 'ada',
    email: null,
    emailKey: null,
    name: null,
  }
  const rights = { roles: [], scopes: [], passwordHash: password }
  const account = await context.users.create({ id: uuidV7(context.now()), ...names, ...rights })
  if (typeof account === 'string') throw new Error(account)
  const { session } = await login(context, { username: 'ada', password }, unknownDevice)
  const older = session.refreshToken
  const newer = (await refresh(context, older)).refreshToken
  const thief = (await refresh(context, older)).refreshToken
  const tokens = { older, newer, thief }
  return { accountId: account.id, sessionId: session.sessionId, tokens }
}

const refreshing = (name: string): ActorPlan => ({
  name,
  kind: 'refresh',
  run: (context, { tokens }) => refresh(context, tokens[name] as string),
})

const [older, newer] = [refreshing('older'), refreshing('newer')]
const thief = refreshing('thief')

const ending = (name: string, run: ActorPlan['run']): ActorPlan => ({ name, kind: 'ending', run })

const loggingOut = ending('log-out', async (context, { tokens }) => {
  await logout(context, { refreshToken: tokens.older })
  return undefined
})

const loggingOutEverywhere = ending('log-out-everywhere', async (context, caller) => {
  await logoutAll(context, caller)
  return undefined
})

const changingPassword = ending('password-change', async (context, caller) => {
  const input = { currentPassword: password, newPassword: 'another horse, another battery' }
  return (await changePassword(context, caller, input, unknownDevice)).session
})

/** The limit is one session, so this one ends the other. */
const loggingIn: ActorPlan = {
  name: 'log-in',
  kind: 'log-in',
  run: async (context) =>
    (await login(context, { username: 'ada', password }, unknownDevice)).session,
}

export const scenarios = {
  'a refresh and a log-out, with a wipe and a crash': {
    actors: [older, loggingOut],
    ...{ wipes: 1, crashes: 1 },
  },
  'a commit and a log-out, with a wipe, a rollback and no crash': {
    actors: [newer, loggingOut],
    ...{ wipes: 1, rollbacks: 1 },
  },
  'a commit and a log-out, with a rollback and a crash': {
    actors: [newer, loggingOut],
    ...{ rollbacks: 1, crashes: 1 },
  },
  'two refreshes and a log-out, with a wipe': {
    actors: [older, newer, loggingOut],
    wipes: 1,
  },
  'a refresh and a log-out everywhere, with a wipe and a crash': {
    actors: [newer, loggingOutEverywhere],
    ...{ wipes: 1, crashes: 1 },
  },
  'a refresh and a log-out everywhere, with a rollback': {
    actors: [newer, loggingOutEverywhere],
    rollbacks: 1,
  },
  'a refresh and a password change, with a wipe': {
    actors: [newer, changingPassword],
    wipes: 1,
  },
  'a refresh and a log-in above the session limit, with a wipe': {
    actors: [newer, loggingIn],
    wipes: 1,
  },
  'a log-in and a log-out everywhere, with a crash': {
    actors: [loggingIn, loggingOutEverywhere],
    crashes: 1,
  },
  'an honest client with two tabs, with a crash, a wipe and a rollback': {
    actors: [older, newer],
    ...{ wipes: 1, rollbacks: 1, crashes: 1 },
  },
  'owner and thief, with a crash, a wipe and time that passes': {
    actors: [newer, thief],
    ...{ wipes: 1, crashes: 1, ticks: 1 },
  },
  'two replays, with a wipe and a crash': {
    actors: [older, thief],
    isPassed: true,
    ...{ wipes: 1, crashes: 1 },
  },
} satisfies Record<string, Scenario>
