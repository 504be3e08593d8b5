/** The script that keeps docs/security.md and the titles of tests together. */

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const script = join(root, 'scripts/check-security-map.mjs')
const page = readFileSync(join(root, 'docs/security.md'), 'utf8')

interface Project {
  readonly run: (...args: string[]) => { readonly ok: boolean; readonly said: string }
  readonly page: () => string
}

/** The real page without its tests, two rules that tests hold, and what the test changes. */
function project(titles: string, change: (page: string) => string = (text) => text): Project {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-map-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'docs'))
  mkdirSync(join(folder, 'test'))
  const bare = page
    .replace(/^(\| [A-Z]\d+ \| .*? \| ).*( \|)$/gm, '$1Not yet: here$2')
    .replace(/^\| \d+\.\d+\.\d+ .*\n/gm, '')
  writeFileSync(join(folder, 'docs/security.md'), change(bare))
  writeFileSync(join(folder, 'test/one.test.ts'), titles)
  return {
    run: (...args) => {
      const { status, stderr } = spawnSync(process.execPath, [script, folder, ...args], {
        encoding: 'utf8',
      })
      return { ok: status === 0, said: stderr }
    },
    page: () => readFileSync(join(folder, 'docs/security.md'), 'utf8'),
  }
}

const rowOf = (text: string, id: string): string =>
  text.split('\n').find((line) => line.startsWith(`| ${id} |`)) ?? ''

const noTest = (id: string) => (text: string) =>
  text.replace(new RegExp(`^(\\| ${id} \\| .*? \\| ).*( \\|)$`, 'm'), '$1?$2')

const good = "test('J5, H2: a rule', () => {})"

test('--write fills in the tests, and then nothing is wrong', () => {
  const { run, page: written } = project(good)
  const before = run()
  expect(before.ok).toBe(false)
  expect(before.said).toContain('J5 is out of date')
  expect(run('--write')).toEqual({ ok: true, said: '' })
  expect(rowOf(written(), 'J5')).toContain('| [one.test.ts](../test/one.test.ts): a rule |')
  expect(before.said).toContain(rowOf(written(), 'H2'))
  expect(run()).toEqual({ ok: true, said: '' })
})

test('a rule whose last test has gone is a mistake, and --write does not hide it', () => {
  const { run } = project(good, noTest('R4'))
  for (const args of [['--write'], []]) {
    expect(run(...args)).toEqual({ ok: false, said: expect.stringContaining('R4 has no test') })
  }
})

test('a rule without a row, with two, and one that does not exist are mistakes', () => {
  const twoRows = (text: string) =>
    text
      .replace(/^\| T3 .*\n/m, '')
      .replace(/^\| T4 .*\n/m, '$&$&')
      .replace(/^\| T5 .*\n/m, '$&| T99 | nothing | Not yet: here |\n')
  const { said } = project('', twoRows).run()
  expect(said).toContain('T3 has no row')
  expect(said).toContain('T4 has two rows')
  expect(said).toContain('T99 has a row, and is no requirement')
})

test('a title that names a rule that does not exist is a mistake, with its file', () => {
  const { said } = project("it('J21: nothing of the kind', () => {})").run('--write')
  expect(said).toContain("test/one.test.ts: 'J21: nothing of the kind' names J21")
})

test('titles are found in every kind of quotes, in tables and templates, and not in comments', () => {
  const titles = [
    "// test('T1: in a comment', () => {})",
    " * test('T1: in a comment', () => {})",
    'describe("T2: it\'s a rule", () => {})',
    'test.each(cases)(`T2: for $' + "{name} of %s it's one`, () => {})",
    "const cases = ['T2: in a | table']",
    "test('a title that mentions T1: in passing', () => {})",
  ]
  const { run, page: written } = project(titles.join('\n'))
  run('--write')
  expect(rowOf(written(), 'T1')).toContain('Not yet: here')
  const row = "it's a rule; for … of … it's one; in a \\| table |"
  expect(rowOf(written(), 'T2').endsWith(row)).toBe(true)
})

test('items of ASVS show which of their rules have no test, and name only rules there are', () => {
  const items = '| 6.2.1 | 1 | in short | J5, P1 |\n| 6.2.2 | 1 | in short | Q1 |\n'
  const { run, page: written } = project(good, (text) => text + items)
  expect(run('--write').said).toBe("ASVS 6.2.2 names 'Q1', which has no row\n")
  expect(written()).toContain('| 6.2.1 | 1 | in short | J5, P1 (not yet) |')
})
