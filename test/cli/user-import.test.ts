import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, onTestFinished, test } from 'vitest'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { fileLines, linesOf } from '../../src/cli/lines.ts'
import { AuthError } from '../../src/errors.ts'
import { fakeAuth } from './fake-auth.ts'
import { runCommand } from './run-command.ts'

const lineOf = (number: number, more: object = {}): string =>
  JSON.stringify({
    externalId: `e${number}`,
    username: `user${number}`,
    passwordHash: '$2b$',
    ...more,
  })

describe('user import', () => {
  const argv = ['user', 'import', 'users.jsonl']

  test('makes an account of every line, and nothing the second time', async () => {
    const auth = fakeAuth()
    const lines = [lineOf(1), '', lineOf(2, { roles: ['admin'] })]
    const first = await runCommand(argv, { auth, lines })
    expect([first.code, first.output]).toEqual([exitCodes.done, '2 made, 0 were there, 0 refused.'])
    expect([...auth.accounts.values()].map(({ externalId }) => externalId)).toEqual(['e1', 'e2'])
    const second = await runCommand(argv, { auth, lines })
    expect([second.code, second.output]).toEqual([
      exitCodes.done,
      '0 made, 2 were there, 0 refused.',
    ])
  })

  test('tells of each refused line its number and reason, without a value, and imports the rest', async () => {
    const secret = 'hunter2hunter2'
    const lines = [
      lineOf(1, { passwordHash: secret }),
      `{"externalId":"${secret}`,
      lineOf(3, { pasword: secret }),
      '[]',
      lineOf(5),
    ]
    const { code, output, errors } = await runCommand([...argv, '--json'], { lines })
    expect(code).toBe(exitCodes.refused)
    expect(JSON.parse(output)).toEqual({ created: 1, exists: 0, deleted: 0, refused: 4 })
    expect(errors).toContain('line 1: The request is not valid. passwordHash: is in no format')
    expect(errors).toContain('line 2: This is not a JSON object.')
    expect(errors).toContain('line 3: There is no field pasword.')
    expect(errors).toContain('line 4: This is not a JSON object.')
    expect(errors).not.toContain(secret)
  })

  test('stops at an outage with the number of the line', async () => {
    const auth = fakeAuth()
    const broken = async () => {
      const users = {
        ...auth.users,
        import: () => Promise.reject(new AuthError('temporarily_unavailable')),
      }
      return { ...auth, users }
    }
    const { code, errors } = await runCommand(argv, { openAuth: broken, lines: ['', lineOf(1)] })
    expect(code).toBe(exitCodes.failed)
    expect(errors).toContain('Stopped at line 2: A store (DATABASE_URL, REDIS_URL) does not answer')
  })
})

describe('lines of a file', () => {
  const read = async (lines: AsyncIterable<string>): Promise<string[]> => {
    const all: string[] = []
    for await (const line of lines) all.push(line)
    return all
  }
  const inChunks = (text: string | Buffer, size: number) => {
    const bytes = Buffer.from(text)
    const count = Math.ceil(bytes.length / size)
    return Readable.from(
      Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size)),
    )
  }

  test.each([1, 2, 3, 7, 1000])('are the same in chunks of %i bytes', async (size) => {
    const text = 'ä\r\n\nzwei\nThree'
    expect(await read(linesOf(inChunks(text, size)))).toEqual(['ä', '', 'zwei', 'Three'])
  })

  test('that are not UTF-8 or too long are named by number', async () => {
    await expect(read(linesOf(inChunks(Buffer.from([97, 10, 0xff, 10]), 2)))).rejects.toThrow(
      'line 2 is not UTF-8',
    )
    await expect(read(linesOf(inChunks(`a\n${'b'.repeat(70_000)}`, 9000)))).rejects.toThrow(
      'line 2 is over 64 KB',
    )
  })

  test('come from a file, and a file that is not there is one sentence', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-lines-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, 'users.jsonl'), 'one\ntwo\n')
    expect(await read(fileLines(join(folder, 'users.jsonl')))).toEqual(['one', 'two'])
    await expect(read(fileLines(join(folder, 'none')))).rejects.toThrow(
      'The file cannot be read: it cannot be opened (ENOENT).',
    )
  })
})
