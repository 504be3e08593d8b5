// Fails when a file of src/ or test/ is over 250 lines, or the median file of src/ is not under 100.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const mostLines = 250
const medianUnder = 100
const root = fileURLToPath(new URL('..', import.meta.url))

const sizesOf = (folder) =>
  readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]sx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({
      file: relative(root, file),
      lines: readFileSync(file, 'utf8').trimEnd().split('\n').length,
    }))

const source = sizesOf('src')
const mistakes = [...source, ...sizesOf('test')]
  .filter(({ lines }) => lines > mostLines)
  .map(({ file, lines }) => `${file} has ${lines} lines; ${mostLines} is the most`)

const sorted = source.map(({ lines }) => lines).sort((a, b) => a - b)
const median = sorted[Math.floor(sorted.length / 2)] ?? 0
if (median >= medianUnder) {
  mistakes.push(`the median file of src/ has ${median} lines; it must be under ${medianUnder}`)
}

for (const mistake of mistakes) console.error(mistake)
process.exitCode = mistakes.length === 0 ? 0 : 1
