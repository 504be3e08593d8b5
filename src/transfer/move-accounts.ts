/** Copies accounts and, of each, the live sessions. */

import type { AccountRecord } from '../stores/ports.ts'
import { someAtOnce } from '../stores/some-at-once.ts'
import { callsAtOnce, type Move, partSize } from './move-context.ts'
import { inParts } from './parts.ts'

/** How many accounts are drawn, whose sessions are compared one by one at the end. */
const sampleSize = 1000

export interface MovedAccounts {
  readonly accounts: number
  readonly accountsWritten: number
  readonly accountsTaken: readonly string[]
  readonly sessions: number
  readonly sessionsWritten: number
  /** Accounts drawn from all. */
  readonly sample: readonly AccountRecord[]
}

export async function moveAccounts(
  { from, to, mode, sessionsStay, progress }: Move,
  accountsStay: boolean,
): Promise<MovedAccounts> {
  const total = await from.transfer.countAccounts()
  const draw = drawing<AccountRecord>(sampleSize)
  const accountsTaken: string[] = []
  let [accounts, accountsWritten, sessions, sessionsWritten] = [0, 0, 0, 0]
  const read = from.transfer.exportAccounts
  for await (const records of inParts(read, ({ id }) => id, partSize)) {
    const outcomes = accountsStay
      ? records.map(() => 'kept')
      : await to.transfer.importAccounts(records, { takeNames: mode !== 'merge' })
    const carried = records.filter((_, index) => outcomes[index] !== 'taken')
    accounts += records.length
    accountsWritten += outcomes.filter((outcome) => outcome === 'written').length
    accountsTaken.push(...records.filter((record) => !carried.includes(record)).map(({ id }) => id))
    if (!sessionsStay) {
      const found = await someAtOnce(carried, callsAtOnce, ({ id, sessionEpoch }) =>
        from.sessions.list(id, sessionEpoch),
      )
      for (const part of cut(found.flat(), partSize)) {
        sessions += part.length
        sessionsWritten += await to.transfer.importSessions(part)
      }
    }
    for (const record of carried) draw.see(record)
    progress({ step: 'accounts and sessions', done: accounts, total: Math.max(total, accounts) })
  }
  const sample = draw.drawn
  return { accounts, accountsWritten, accountsTaken, sessions, sessionsWritten, sample }
}

function cut<Item>(items: readonly Item[], size: number): Item[][] {
  const parts: Item[][] = []
  for (let start = 0; start < items.length; start += size) {
    parts.push(items.slice(start, start + size))
  }
  return parts
}

/** Draws so many of all that it sees, each with the same chance. */
function drawing<Item>(most: number) {
  const drawn: Item[] = []
  let seen = 0
  return {
    drawn,
    see(item: Item): void {
      seen += 1
      if (drawn.length < most) drawn.push(item)
      else {
        const place = Math.floor(Math.random() * seen)
        if (place < most) drawn[place] = item
      }
    },
  }
}
