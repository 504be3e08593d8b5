import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { uuidV7 } from '../../src/crypto/uuid.ts'
import type { RefreshPolicy, RestoringToken } from '../../src/sessions/decide-refresh.ts'
import { contractLifetimes } from '../../src/stores/contract/index.ts'
import { openMemoryStores } from '../../src/stores/memory/index.ts'
import { openMongoStores } from '../../src/stores/mongodb/open.ts'
import type { Stores } from '../../src/stores/ports.ts'
import { openSqliteStores } from '../../src/stores/sqlite/open.ts'
import { hasMongo, shareMongo } from '../support/mongodb-server.ts'

const callers = 1000
const now = 1_800_000_000_000
const options = { clock: () => now, ...contractLifetimes }
const policy: RefreshPolicy = {
  ...contractLifetimes,
  rotation: 'fork-and-commit',
  restoreMissing: false,
}

/** Whoever holds the committed token is answered, and whoever lost is late; nobody is logged out. */
const possible: ReadonlySet<string> = new Set(['committed', 'forked', 'superseded'])

/** A new session, and 1,000 callers with its token, one successor of it, or a sibling of their own. */
async function commitsOfOneRound({ sessions }: Stores, handles: readonly Stores[]) {
  const id = uuidV7(now)
  const hash = randomBytes(16)
  const state = { generation: 1, hash, recentCommits: [], forks: 0, forkedAt: 0 }
  const device = { userAgent: null, address: null }
  const owner = { accountId: uuidV7(now), epoch: 0 }
  await sessions.create({ id, ...owner, amr: [], ...device, ...state }, 20)
  const times = { ...owner, issuedAt: now, sessionBornAt: now, restorable: true }
  const first: RestoringToken = { generation: 1, hash, parent: new Uint8Array(16), ...times }
  const successor = () => ({ ...first, generation: 2, hash: randomBytes(16), parent: hash })
  const shared = successor()
  const presented = Array.from({ length: callers }, (_, index) =>
    index % 3 === 0 ? first : index % 3 === 1 ? shared : successor(),
  )
  const steps = await Promise.all(
    presented.map((token, index) =>
      (handles[index % handles.length] as Stores).sessions.refresh(id, token, policy),
    ),
  )
  const outcomes = steps.map(({ decision }) => decision.outcome)
  const committed = presented.filter((_, index) => outcomes[index] === 'committed')
  const isRefused = outcomes.some((outcome) => !possible.has(outcome))
  const found = await sessions.find(id)
  const isTheOne =
    !isRefused &&
    found?.status === 'live' &&
    found.generation === 2 &&
    found.recentCommits.length === 1 &&
    Buffer.from(found.hash).equals(committed[0]?.hash ?? new Uint8Array())
  return { commits: committed.length, isTheOne }
}

async function expectOneLineage(rounds: number, handles: readonly [Stores, ...Stores[]]) {
  let [single, double, broken] = [0, 0, 0]
  for (let round = 0; round < rounds; round += 1) {
    const { commits, isTheOne } = await commitsOfOneRound(handles[0], handles)
    if (commits === 1) single += 1
    if (commits > 1) double += 1
    if (!isTheOne) broken += 1
  }
  expect({ single, double, broken }).toEqual({ single: rounds, double: 0, broken: 0 })
}

test('G2, R4: in 1,000 rounds of 1,000 parallel refreshes in memory one successor commits', async () => {
  await expectOneLineage(1000, [await openMemoryStores(options)])
}, 60_000)

test('G2, R4: in 100 rounds of 1,000 parallel refreshes on two handles of an SQLite file one successor commits', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-lineage-'))
  const path = join(folder, 'auth.db')
  const handles = [
    await openSqliteStores({ path, ...options }),
    await openSqliteStores({ path, ...options }),
  ] as const
  onTestFinished(async () => {
    for (const handle of handles) await handle.close()
    rmSync(folder, { recursive: true, force: true })
  })
  await expectOneLineage(100, handles)
}, 60_000)

describe.runIf(hasMongo('one lineage in MongoDB'))('in MongoDB', () => {
  const mongo = shareMongo()

  test('G2, R4: in 5 rounds of 1,000 parallel refreshes on two handles of a MongoDB one successor commits', async () => {
    const patient = '?waitQueueTimeoutMS=60000&connectTimeoutMS=60000'
    const database = `${mongo.url()}${patient}`
    const deadlines = { tokenPath: 60_000, others: 60_000 }
    const handles = [
      await openMongoStores({ database, deadlines, ...options }),
      await openMongoStores({ database, deadlines, ...options }),
    ] as const
    onTestFinished(async () => {
      for (const handle of handles) await handle.close()
    })
    await expectOneLineage(5, handles)
  }, 120_000)
})
