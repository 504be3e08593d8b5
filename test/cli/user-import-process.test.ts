/** `countersign user import` as a process: a pipe in, and a log-in with what it brought. */

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createAuth } from '../../src/auth.ts'
import { oldHash, oldPassword } from '../support/old-application.ts'

const main = join(import.meta.dirname, '../../dist/cli/main.js')

const importing = (text: string, dataFolder: string) =>
  new Promise<{ code: unknown; output: string }>((resolve) => {
    const env = { ...process.env, COUNTERSIGN_DATA: dataFolder }
    const argv = [main, 'user', 'import', '-', '--json']
    const child = execFile(process.execPath, argv, { env }, (error, output) => {
      resolve({ code: error?.code ?? 0, output })
    })
    child.stdin?.end(text)
  })

test('what is piped in is there, and logs in with the old password', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'countersign-import-'))
  onTestFinished(() => rmSync(dataFolder, { recursive: true }))
  const passwordHash = await oldHash()
  const line = JSON.stringify({ externalId: '1', username: 'ada', email: null, passwordHash })
  for (const [created, exists] of [
    [1, 0],
    [0, 1],
  ]) {
    const { code, output } = await importing(`${line}\n`, dataFolder)
    expect([code, JSON.parse(output)]).toEqual([0, { created, exists, deleted: 0, refused: 0 }])
  }
  const auth = await createAuth({ dataFolder })
  onTestFinished(() => auth.close())
  const { user } = await auth.login({ username: 'ada', password: oldPassword })
  expect(user.externalId).toBe('1')
}, 30_000)
