// Keeps docs/security.md true: which tests hold which requirement. `--write` brings it up to date.
//
// A test holds a requirement when its title begins with the id: `J5: …`, `P9, P10: …`. The third
// column is made from those titles. Where no title carries an id, the column says by hand why:
// `Not yet: …` or `Not applicable: …`. A folder may be given instead of this repository.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** How many requirements each letter has: R16 is the last of R. */
const families = {
  J: 20,
  T: 10,
  R: 16,
  C: 11,
  P: 13,
  F: 8,
  V: 4,
  X: 1,
  D: 5,
  K: 4,
  H: 7,
  Z: 6,
  I: 7,
  M: 32,
  G: 17,
}

const statuses = /^(Not yet|Not applicable): \S/
/** What a row of ASVS may say besides: a document, or what is the operator's or the application's. */
const otherAnswers = /^(Not yet|Not applicable|Documented|Yours): \S/
const pageName = 'docs/security.md'
const hint = 'node scripts/check-security-map.mjs --write'

const args = process.argv.slice(2)
const isWriting = args.includes('--write')
const root =
  args.find((arg) => !arg.startsWith('--')) ?? fileURLToPath(new URL('..', import.meta.url))
const page = join(root, pageName)

const allIds = Object.entries(families).flatMap(([letter, count]) =>
  Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
)

const testFiles = readdirSync(join(root, 'test'), { withFileTypes: true, recursive: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath, entry.name))
  // The test of this script has titles in texts, as material.
  .filter((file) => !file.endsWith('check-security-map.test.ts'))
  .sort()

const withoutCommentLines = (text) => text.replace(/^\s*(\/\/|\/?\*).*$/gm, '')

/** Every text in quotes that begins with ids and a colon is a title, also one in a table of cases. */
function titlesIn(file) {
  const path = relative(root, file).split(sep).join('/')
  const pattern = /(['"`])([A-Z]\d+(?:, [A-Z]\d+)*): ((?:\\.|(?!\1)[^\\\n])+)\1/g
  return [...withoutCommentLines(readFileSync(file, 'utf8')).matchAll(pattern)].map(
    ([, , ids, rest]) => ({ path, ids: ids.split(', '), title: readable(rest) }),
  )
}

/** As a person reads it: placeholders are an ellipsis, and nothing that a table cell would take. */
const readable = (title) =>
  title
    .replace(/\$\{[^}]*\}|%[sdifjoOc#]|\$[a-z]\w*/g, '…')
    .replace(/\\(.)/g, '$1')
    .replace(/[|`<>*_]/g, (character) => `\\${character}`)
    .trim()

const titles = testFiles.flatMap(titlesIn)

/** The third column: `file: title; title`, a line for each file, which is named as below test/. */
function cellFor(id) {
  const byFile = new Map()
  for (const { path, ids, title } of titles) {
    if (!ids.includes(id)) continue
    byFile.set(path, (byFile.get(path) ?? new Set()).add(title))
  }
  return [...byFile]
    .map(([path, set]) => `[${path.slice('test/'.length)}](../${path}): ${[...set].join('; ')}`)
    .join('<br>')
}

const rowPattern = /^\| ([A-Z]\d+) \| (.*?) \| (.*) \|$/
const itemPattern = /^\| (\d+\.\d+\.\d+) \| (\d) \| (.*?) \| (.*) \|$/

if (!existsSync(page)) {
  console.error(`${pageName} does not exist`)
  process.exit(1)
}

const mistakes = []
const cells = new Map()
const lines = readFileSync(page, 'utf8').split('\n')
const withTests = lines.map((line) => {
  const [, id, requirement, cell] = rowPattern.exec(line) ?? []
  if (id === undefined) return line
  if (cells.has(id)) mistakes.push(`${id} has two rows`)
  const tests = cellFor(id)
  if (tests === '' && !statuses.test(cell)) {
    mistakes.push(`${id} has no test: let a title begin with '${id}: …', or say 'Not yet: why'`)
    cells.set(id, '')
    return line
  }
  cells.set(id, tests === '' ? cell : tests)
  const row = `| ${id} | ${requirement} | ${cells.get(id)} |`
  if (row !== line && !isWriting) mistakes.push(`${id} is out of date; ${hint} makes it\n  ${row}`)
  return row
})

for (const id of allIds) if (!cells.has(id)) mistakes.push(`${id} has no row`)
for (const id of cells.keys()) {
  if (!allIds.includes(id)) mistakes.push(`${id} has a row, and is no requirement`)
}
for (const { path, ids, title } of titles) {
  for (const id of ids.filter((one) => !allIds.includes(one))) {
    mistakes.push(`${path}: '${id}: ${title}' names ${id}, which is no requirement`)
  }
}

/** A row of ASVS names requirements, each with its status where it has no test, or says why not. */
const items = new Set()
function itemRow(line) {
  const [, item, level, requirement, answer] = itemPattern.exec(line) ?? []
  if (item === undefined) return line
  if (items.has(item)) mistakes.push(`ASVS ${item} has two rows`)
  items.add(item)
  if (otherAnswers.test(answer)) return line
  const ids = answer.split(', ').map((id) => id.replace(/ \(.*\)$/, ''))
  for (const id of ids.filter((one) => !cells.has(one))) {
    mistakes.push(`ASVS ${item} names '${id}', which has no row`)
  }
  const marked = ids.map((id) => {
    const [, status] = statuses.exec(cells.get(id) ?? '') ?? []
    return status === undefined ? id : `${id} (${status.toLowerCase()})`
  })
  const row = `| ${item} | ${level} | ${requirement} | ${marked.join(', ')} |`
  if (row !== line && !isWriting) {
    mistakes.push(`ASVS ${item} is out of date; ${hint} makes it\n  ${row}`)
  }
  return row
}

const result = withTests.map(itemRow).join('\n')
if (isWriting) writeFileSync(page, result)
for (const mistake of mistakes) console.error(mistake)
process.exitCode = mistakes.length === 0 ? 0 : 1
