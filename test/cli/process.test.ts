/** The built command as a process: what a fake terminal cannot show. */

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'

const built = (file: string): string => join(import.meta.dirname, '../../dist/cli', file)
const main = built('main.js')

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-command-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const environment = (folder: string) => ({
  PATH: process.env.PATH ?? '',
  TERM: 'xterm',
  COUNTERSIGN_DATA: join(folder, 'data'),
})

function firstLineOf(input: string | Buffer) {
  const script = `
    import { terminalIo } from ${JSON.stringify(built('terminal-io.js'))}
    console.log(JSON.stringify((await terminalIo().readLine()) ?? null))`
  const args = ['--input-type=module', '--eval', script]
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { input, encoding: 'utf8' })
  return status === 0 ? JSON.parse(stdout) : stderr
}

describe.skipIf(!existsSync(main))('the process', () => {
  test('migrate makes the database, again and again, and ends', () => {
    const folder = newFolder()
    for (const _ of [1, 2]) {
      const { status, stdout } = spawnSync(process.execPath, [main, 'migrate'], {
        env: environment(folder),
        encoding: 'utf8',
      })
      expect([status, stdout]).toEqual([0, 'The database is up to date.\n'])
    }
    expect(existsSync(join(folder, 'data/countersign.db'))).toBe(true)
  })

  test('the first line of stdin is read as UTF-8, with or without its end', () => {
    expect(firstLineOf('grün\r\nsecond\n')).toBe('grün')
    expect(firstLineOf('\ufeffgrün')).toBe('grün')
    expect(firstLineOf(' spaces stay \n')).toBe(' spaces stay ')
    expect(firstLineOf('')).toBe(null)
    expect(firstLineOf(Buffer.from('gr\u00fcn\n', 'latin1'))).toContain('is not UTF-8')
    expect(firstLineOf('x'.repeat(100_000))).toContain('is too long')
  })

  test.skipIf(process.platform !== 'linux' || !existsSync('/usr/bin/script'))(
    'a password typed at a terminal is not echoed',
    async () => {
      const typed = 'correct horse battery'
      const command = `'${process.execPath}' '${main}' user create --username ada`
      const child = spawn('/usr/bin/script', ['-qec', command, '/dev/null'], {
        env: environment(newFolder()),
      })
      let output = ''
      let prompts = 0
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk
        const asked = output.match(/(New password|The same again): /g)?.length ?? 0
        for (; prompts < asked; prompts++) setTimeout(() => child.stdin.write(`${typed}\r`), 100)
      })
      await new Promise((resolve) => child.on('close', resolve))
      expect(prompts).toBe(2)
      expect(output).not.toContain('correct')
    },
  )
})
