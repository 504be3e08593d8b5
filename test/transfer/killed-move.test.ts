/** The built command, killed in the middle and run again. */

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openPlace } from '../../src/cli/store-place.ts'
import type { AccountRecord } from '../../src/stores/ports.ts'
import { newAccount, newSession } from '../stores/sqlite/fixture.ts'

const main = join(import.meta.dirname, '../../dist/cli/main.js')
const accounts = 20_000
const partSize = 500

async function filled(database: string): Promise<void> {
  const stores = await openPlace({ database }, {}, () => {})
  const now = await stores.sessions.now()
  for (let part = 0; part < accounts / partSize; part += 1) {
    const records = Array.from({ length: partSize }, (_, index): AccountRecord => {
      const account = newAccount(`user${part * partSize + index}`)
      const state = { emailVerified: false, status: 'active', sessionEpoch: 0 } as const
      return { ...account, ...state, createdAt: now, updatedAt: now }
    })
    await stores.transfer?.importAccounts(records, { takeNames: false })
    const sessions = records.map(({ id }) => newSession(id, now))
    await stores.transfer?.importSessions(
      sessions.map((session) => ({ ...session, status: 'live' as const })),
    )
  }
  await stores.close()
}

test.skipIf(!existsSync(main))(
  'R14: a move that is killed at any moment is completed by the next run',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-killed-move-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const [from, to] = [`sqlite:${join(folder, 'old.db')}`, `sqlite:${join(folder, 'new.db')}`]
    await filled(from)
    const args = [main, 'migrate-store', '--from', from, '--to', to, '--json']
    const env = { PATH: process.env.PATH ?? '' }

    const counts: number[] = []
    for (const _ of [1, 2, 3]) {
      const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
      const gone = new Promise((resolve) => child.once('exit', resolve))
      // The first sign that it has written something.
      child.stderr.once('data', () => setTimeout(() => child.kill('SIGKILL'), 150 * counts.length))
      await gone
      const stores = await openPlace({ database: to }, {}, () => {})
      counts.push((await stores.transfer?.countAccounts()) ?? 0)
      await stores.close()
    }
    expect(counts[0]).toBeGreaterThan(0)
    expect(counts[0]).toBeLessThan(accounts)

    const last = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
    expect([last.status, JSON.parse(last.stdout)]).toEqual([
      0,
      expect.objectContaining({ accounts, sessions: accounts, differences: [] }),
    ])
    const stores = await openPlace({ database: to }, {}, () => {})
    expect(await stores.transfer?.countAccounts()).toBe(accounts)
    await stores.close()
  },
  120_000,
)
