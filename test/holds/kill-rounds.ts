/**
 * Rounds of load, `kill -9` at a random moment, restart, and every earlier answer held against it.
 *
 * Knows no test runner: `kill.test.ts` runs a few rounds, `npm run soak:kill` many.
 */

import { setTimeout as pause } from 'node:timers/promises'
import {
  keepLoggingOut,
  keepRefreshing,
  keepRegistering,
  nothingPromised,
  type Promised,
} from './kill-load.ts'
import {
  connectTo,
  logInOver,
  refreshOver,
  registerOver,
  type Send,
  spawnServer,
} from './server.ts'

export interface KillRoundsOptions {
  readonly folder: string
  readonly rounds: number
  /** The kill comes this long after the load began. */
  readonly milliseconds: { readonly least: number; readonly most: number }
  readonly onRound?: (totals: KillTotals) => void
}

export interface KillTotals {
  readonly rounds: number
  readonly refreshes: number
  readonly accounts: number
  readonly logOuts: number
  /** Promises that did not hold; empty when all is well. */
  readonly broken: readonly string[]
}

const clients = ['ada', 'bob', 'cyd', 'dan', 'eve', 'fay']
const leaver = 'lee'
/** Log-outs that are checked after every kill; all of them are after the last. */
const recentLogOuts = 60

export async function runKillRounds(options: KillRoundsOptions): Promise<KillTotals> {
  const { folder, rounds, milliseconds, onRound = () => undefined } = options
  const promised = nothingPromised()
  const totals = { rounds: 0, refreshes: 0, accounts: 0, logOuts: 0, broken: promised.surprises }
  let server = await spawnServer(folder)
  let connection = connectTo(server.url, 16)
  try {
    await prepare(connection.send, promised)
    for (let round = 1; round <= rounds; round += 1) {
      const load = startLoad(connection.send, promised, round)
      await pause(milliseconds.least + Math.random() * (milliseconds.most - milliseconds.least))
      await server.kill()
      await Promise.all(load)
      connection.close()

      server = await spawnServer(folder)
      connection = connectTo(server.url, 16)
      await holdAgainst(connection.send, promised, round === rounds)
      totals.rounds = round
      totals.refreshes += promised.refreshes
      totals.accounts += promised.accounts.size
      totals.logOuts = promised.loggedOut.length
      // A log-in is costly; a log-out is held to its promise after later kills too.
      promised.accounts.clear()
      promised.refreshes = 0
      onRound(totals)
    }
  } finally {
    connection.close()
    await server.kill()
  }
  return totals
}

async function prepare(send: Send, promised: Promised): Promise<void> {
  await registerOver(send, leaver)
  for (const client of clients) {
    await registerOver(send, client)
    promised.newest.set(client, String((await logInOver(send, client)).body.refreshToken))
  }
}

const startLoad = (send: Send, promised: Promised, round: number): readonly Promise<void>[] => [
  ...clients.map((client) => keepRefreshing(send, promised, client)),
  keepRegistering(send, promised, `round-${round}`),
  keepLoggingOut(send, promised, leaver),
]

/** Notes every promise that was broken in `promised.surprises`. */
async function holdAgainst(send: Send, promised: Promised, all: boolean): Promise<void> {
  const expectThat = (what: string, got: unknown, wanted: unknown): void => {
    if (got !== wanted) promised.surprises.push(`${what}: ${got} instead of ${wanted}`)
  }
  for (const client of clients) {
    const answer = await refreshOver(send, promised.newest.get(client) as string)
    expectThat(`refresh of ${client} after the kill`, answer.status, 200)
    if (answer.status !== 200) continue
    promised.newest.set(client, String(answer.body.refreshToken))
    const accessToken = String(answer.body.accessToken)
    const guarded = await send('GET', '/protected', { accessToken })
    expectThat(`guarded route of ${client}`, guarded.status, 200)
  }
  for (const { accessToken, refreshToken } of promised.loggedOut.slice(all ? 0 : -recentLogOuts)) {
    const { code } = (await refreshOver(send, refreshToken)).body
    expectThat('refresh of an ended session', code, 'session_ended')
    const guarded = await send('GET', '/protected', { accessToken })
    expectThat('access token of an ended session', guarded.status, 401)
  }
  for (const name of promised.accounts) {
    expectThat(`log-in of ${name}`, (await logInOver(send, name)).status, 200)
  }
}
