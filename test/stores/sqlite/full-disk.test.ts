/** M16: a full disk is a 503 for what writes, and for nothing else, until there is space again. */

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { availableDrivers, openDriver } from '../../../src/stores/sqlite/driver.ts'
import { leftOut } from '../../left-out.ts'
import { type Client, createClient, loggedIn } from '../../support/client.ts'
import { createTestAuth, serveNode } from '../../support/test-server.ts'

const disk = mkdtempSync(join(tmpdir(), 'countersign-disk-'))
const mount = () => spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk])
const unmount = () => execFileSync('umount', ['-l', disk])
const mountable = process.getuid?.() === 0 && mount().status === 0

// Mounted again by the suite: where a filter leaves it out, nothing would be cleared away.
if (mountable) unmount()
else leftOut('a full disk (mounts a tmpfs)', 'run the tests as root on Linux')
rmSync(disk, { recursive: true, force: true })

const filler = join(disk, 'filler')

/** Takes what is left of the disk, down to the last page. */
function fillDisk(): void {
  for (const size of [65_536, 4096]) {
    try {
      for (;;) writeFileSync(filler, Buffer.alloc(size), { flag: 'a' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
  }
}

const refreshedUntil503 = async (client: Client): Promise<string> => {
  for (let step = 0; step < 2000; step += 1) {
    const { status, body, headers } = await client.refresh()
    if (status === 200) continue
    return [status, body.code, headers.get('retry-after')].join(' ')
  }
  return 'never full'
}

describe.skipIf(!mountable)('an SQLite file on a full disk', () => {
  const warnings: string[] = []
  const listen = ({ message }: Error): void => void warnings.push(message)
  beforeAll(() => {
    mkdirSync(disk)
    expect(mount().status).toBe(0)
    process.on('warning', listen)
  })
  afterAll(() => {
    process.off('warning', listen)
    try {
      unmount()
    } finally {
      rmSync(disk, { recursive: true, force: true })
    }
  })

  test('M16: writes are 503, reads go on, nothing is lost when space returns', async () => {
    const path = join(disk, 'auth.db')
    const options = { database: `sqlite:${path}`, session: { refreshLimit: 'off' as const } }
    const { auth, advance } = await createTestAuth(options)
    const base = await serveNode(auth)
    const clients = []
    for (const name of ['ada', 'bob', 'cyd']) clients.push(await loggedIn(base, name))
    const [ada, bob] = clients as [Client, Client, Client]
    const gone = await loggedIn(base, 'ada')
    await gone.call('POST', '/auth/logout')

    onTestFinished(() => rmSync(filler, { force: true }))
    for (let round = 0; round < 3; round += 1) {
      fillDisk()
      expect(await refreshedUntil503(ada)).toMatch(/^503 temporarily_unavailable [1-3]$/)
      expect((await createClient(base).register(`late${round}`)).status).toBe(503)
      expect((await bob.call('POST', '/auth/logout-all')).status).toBe(503)

      for (const client of clients) {
        expect((await client.call('GET', '/protected')).status).toBe(200)
        expect((await client.call('GET', '/auth/profile')).status).toBe(200)
        expect((await client.call('GET', '/auth/sessions')).status).toBe(200)
      }
      const jwks = await createClient(base).call('GET', '/auth/.well-known/jwks.json')
      expect(jwks.status).toBe(200)
      expect((await gone.call('GET', '/protected')).status).toBe(401)

      rmSync(filler)
      advance(1000)
      for (const client of clients) expect((await client.refresh()).status).toBe(200)
      expect((await createClient(base).register(`after${round}`)).status).toBe(201)
      expect((await gone.refresh()).body.code).toBe('session_ended')
    }
    expect(warnings).toEqual(
      expect.arrayContaining([`The disk of the SQLite database ${path} is full.`]),
    )
    for (const driver of availableDrivers()) {
      const file = await openDriver(path, driver)
      const rows = file.prepare('PRAGMA integrity_check').all([])
      file.close()
      expect(rows).toMatchObject([{ integrity_check: 'ok' }])
    }
  })

  test('a start on a full disk is one sentence that names the file', async () => {
    onTestFinished(() => rmSync(filler, { force: true }))
    fillDisk()
    const path = join(disk, 'new.db')
    await expect(createTestAuth({ database: `sqlite:${path}` })).rejects.toThrow(path)
    rmSync(filler)
    const { auth } = await createTestAuth({ database: `sqlite:${path}` })
    await auth.ready()
  })
})
