/** An error that nobody expected is a bare 500, is reported, and harms nobody else (Z3, H1). */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { loggedIn } from '../support/client.ts'
import { openFailingStores } from '../support/failing-stores.ts'
import { createTestAuth, password } from '../support/test-server.ts'
import { waysOfServing } from '../support/ways-of-serving.ts'

test.each(waysOfServing)(
  'Z3, H1: by %s it is a bare 500, and other requests go on',
  async (_, serve) => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-unexpected-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const { stores } = await openFailingStores(folder)
    const { findByKey } = stores.users
    const isBroken = { now: false }
    const users = {
      ...stores.users,
      findByKey: async (key: Parameters<typeof findByKey>[0]) => {
        if (isBroken.now)
          throw new TypeError(`SELECT * FROM accounts WHERE password = '${password}'`)
        return findByKey(key)
      },
    }
    const warnings: Error[] = []
    const hear = (warning: Error): void => void warnings.push(warning)
    process.on('warning', hear)
    onTestFinished(() => void process.off('warning', hear))
    const { auth } = await createTestAuth({ stores: { ...stores, users } })
    const client = await loggedIn(await serve(auth), 'ada')

    isBroken.now = true
    const answers = await Promise.all([
      client.login('ada'),
      ...Array.from({ length: 5 }, () => client.call('GET', '/protected')),
      client.call('GET', '/auth/profile'),
    ])
    const [broken, ...others] = answers
    expect(JSON.parse(broken?.text ?? '')).toEqual({
      type: 'urn:problem:internal-error',
      title: 'Something went wrong here.',
      status: 500,
      code: 'internal_error',
    })
    expect(broken?.setCookies).toEqual([])
    expect(others.map(({ status }) => status)).toEqual(others.map(() => 200))
    await vi.waitFor(() => expect(warnings).toHaveLength(1))

    isBroken.now = false
    expect((await client.login('ada')).status).toBe(200)
  },
)
