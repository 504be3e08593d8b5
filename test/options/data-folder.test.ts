/** The data folder and the development secret in it (K3, Z5). */

import { execFile } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { createAuth } from '../../src/auth.ts'
import { developmentSecret, prepareDataFolder } from '../../src/options/data-folder.ts'

const built = join(import.meta.dirname, '../../dist/options/data-folder.js')

function folderToBe(): string {
  const parent = mkdtempSync(join(tmpdir(), 'countersign-data-'))
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }))
  return join(parent, 'nested', 'data')
}

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

test('K3: the folder is 0700 and every file in it 0600, the database included', async () => {
  const dataFolder = folderToBe()
  const auth = await createAuth({ dataFolder })
  expect(modeOf(dataFolder)).toBe('700')
  const files = readdirSync(dataFolder)
  expect(files).toEqual(expect.arrayContaining(['.gitignore', 'secret', 'countersign.db']))
  for (const file of files) expect([file, modeOf(join(dataFolder, file))]).toEqual([file, '600'])
  await auth.close()
})

test('the secret is made once, is long and is kept', () => {
  const folder = folderToBe()
  prepareDataFolder(folder)
  const secret = developmentSecret(folder)
  expect(secret).toMatch(/^[\w-]{64}$/)
  expect(developmentSecret(folder)).toBe(secret)
  prepareDataFolder(folder)
  expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toBe('*\n')
  expect(readdirSync(folder).sort()).toEqual(['.gitignore', 'secret'])
})

test.skipIf(!existsSync(built))('processes that start at once agree on one secret', async () => {
  const folder = folderToBe()
  prepareDataFolder(folder)
  const script = `import(${JSON.stringify(built)}).then(({ developmentSecret }) =>
    console.log(developmentSecret(${JSON.stringify(folder)})))`
  const run = () => promisify(execFile)(process.execPath, ['-e', script])
  const answers = await Promise.all([run(), run(), run(), run()])
  expect(new Set(answers.map(({ stdout }) => stdout)).size).toBe(1)
  expect(readdirSync(folder).sort()).toEqual(['.gitignore', 'secret'])
})

test('Z5: a secret file that was cut short is refused, by its path and not its content', async () => {
  const dataFolder = folderToBe()
  prepareDataFolder(dataFolder)
  for (const content of ['', 'cut-short-secret']) {
    writeFileSync(join(dataFolder, 'secret'), content)
    const message = await createAuth({ dataFolder }).then(
      (auth) => auth.close().then(() => 'started'),
      (error: Error) => error.message,
    )
    expect(message).toContain(join(dataFolder, 'secret'))
    expect(message).not.toContain('cut-short')
  }
})

test('a folder that cannot be made is one clear sentence', () => {
  const file = join(folderToBe(), '../..', 'file')
  writeFileSync(file, '')
  expect(() => prepareDataFolder(join(file, 'data'))).toThrow(
    /cannot be written \(COUNTERSIGN_DATA\)/,
  )
})
