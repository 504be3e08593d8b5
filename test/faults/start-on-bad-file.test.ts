/** A start on a file or folder that cannot be used: exit code 1 and a sentence with the path. */

import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createAuth } from '../../src/auth.ts'
import { password } from '../support/test-server.ts'
import { temporaryFolder } from './files.ts'

const main = join(import.meta.dirname, '../../dist/cli/main.js')
const nobody = 65_534
const isRoot = process.getuid?.() === 0

/** As somebody for whom permissions count: root may write everything. */
function serve(folder: string, variables: Readonly<Record<string, string>> = {}) {
  const { PATH = '' } = process.env
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'serve'], {
    cwd: '/',
    env: { PATH, PORT: '0', COUNTERSIGN_DATA: folder, ...variables },
    encoding: 'utf8',
    timeout: 20_000,
    ...(isRoot && { uid: nobody, gid: nobody }),
  })
  return { status, output: stdout + stderr }
}

function expectRefusal(outcome: ReturnType<typeof serve>, path: string, words: RegExp): void {
  expect(outcome).toMatchObject({ status: 1, output: expect.stringContaining(path) })
  expect(outcome.output).toMatch(words)
  expect(outcome.output).not.toMatch(/\n {4}at |listens on/)
  expect(outcome.output.trim().split('\n')).toHaveLength(1)
}

function giveAway(folder: string): void {
  if (!isRoot) return
  chownSync(folder, nobody, nobody)
  for (const name of readdirSync(folder)) chownSync(join(folder, name), nobody, nobody)
}

function makeReadOnly(folder: string): void {
  giveAway(folder)
  chmodSync(folder, 0o500)
  onTestFinished(() => chmodSync(folder, 0o700))
}

/** A data folder that a server has used. */
async function usedFolder() {
  const dataFolder = join(temporaryFolder(), 'data')
  if (isRoot) chmodSync(join(dataFolder, '..'), 0o755)
  const auth = await createAuth({ dataFolder, passwords: { concurrency: 1 } })
  for (const username of ['ada', 'bob', 'cyd', 'dan']) {
    await auth.register({ username, password })
    for (let session = 0; session < 10; session += 1) await auth.login({ username, password })
  }
  await auth.close()
  return { folder: dataFolder, path: join(dataFolder, 'countersign.db') }
}

describe.skipIf(!existsSync(main))('countersign serve', () => {
  test('a folder that may not be written is named, on the first start', () => {
    const folder = join(temporaryFolder(), 'data')
    if (isRoot) chmodSync(join(folder, '..'), 0o755)
    mkdirSync(folder)
    makeReadOnly(folder)
    expectRefusal(serve(folder), folder, /cannot be written \(COUNTERSIGN_DATA\)/)
    const database = `sqlite:${join(folder, 'auth.db')}`
    const variables = { DATABASE_URL: database, COUNTERSIGN_SECRET: 'a'.repeat(40) }
    expectRefusal(serve(folder, variables), folder, /Cannot write the SQLite database|cannot be/)
  })

  test('a folder or a file that may no longer be written is named', async () => {
    const { folder, path } = await usedFolder()
    makeReadOnly(folder)
    expectRefusal(serve(folder), path, /Cannot write the SQLite database .* check who owns/)
    chmodSync(folder, 0o700)
    chmodSync(path, 0o400)
    expectRefusal(serve(folder), path, /Cannot write the SQLite database .* check who owns/)
  })

  test('a file that is no database is named', async () => {
    const { folder, path } = await usedFolder()
    writeFileSync(path, 'These are my notes, not a database. '.repeat(1000))
    giveAway(folder)
    expectRefusal(serve(folder), path, /is not an SQLite database/)
  })

  test('a file that was cut short is named, and called damaged', async () => {
    const { folder, path } = await usedFolder()
    truncateSync(path, 3 * 4096)
    giveAway(folder)
    expectRefusal(serve(folder), path, /is damaged; restore a backup/)
  })

  test('a file whose pages were overwritten is named, and called damaged', async () => {
    const { folder, path } = await usedFolder()
    const bytes = readFileSync(path)
    bytes.fill(0xa5, 4096)
    writeFileSync(path, bytes)
    giveAway(folder)
    expectRefusal(serve(folder), path, /is damaged; restore a backup/)
  })
})
