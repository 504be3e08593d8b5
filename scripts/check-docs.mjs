// Fails when a document names something that is not there: a file, an import path, an npm script.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const skipped = new Set(['node_modules', 'dist', '.git', '.cache', 'data'])

function documents(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : documents(path)
    return entry.name.endsWith('.md') ? [path] : []
  })
}

const all = (text, pattern) => [...text.matchAll(pattern)].map((match) => match[1])
const withoutCode = (text) => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '')
const codeBlocks = (text) => all(text, /^```[^\n]*\n([\s\S]*?)^```/gm).join('\n')

function brokenLinks(file, text) {
  return all(withoutCode(text), /\]\(\s*<?([^)\s>]+)[^)]*\)/g)
    .filter((link) => !/^([a-z][a-z0-9+.-]*:|#|\/\/)/i.test(link))
    .map((link) => decodeURI(link.split(/[#?]/)[0]))
    .filter(
      (link) => !existsSync(link.startsWith('/') ? join(root, link) : join(dirname(file), link)),
    )
    .map((link) => `links to ${link}, which does not exist`)
}

// A path with a placeholder (`src/stores/<technology>`) or a pattern (`test/**`) names no one file.
function missingPaths(text) {
  return all(text, /(?<![\w./@-])((?:src|docs|test)\/[\w./@<>*{}…-]*)/g)
    .map((path) => path.replace(/[.…]+$/, ''))
    .filter((path) => !/[<>*{}…]/.test(path) && !existsSync(join(root, path)))
    .map((path) => `names ${path}, which does not exist`)
}

function unknownImports(text) {
  return all(codeBlocks(text), /['"](countersign(?:\/[^'"\s]*)?)['"]/g)
    .filter((specifier) => !(specifier.replace(/^countersign/, '.') in manifest.exports))
    .map((specifier) => `imports ${specifier}, which package.json does not export`)
}

function unknownScripts(text) {
  return all(text, /\bnpm run (?:--?[\w-]+ )*([\w:-]+)/g)
    .filter((script) => !(script in manifest.scripts))
    .map((script) => `names \`npm run ${script}\`, which package.json does not have`)
}

const mistakes = documents(root).flatMap((file) => {
  const text = readFileSync(file, 'utf8')
  const found = [
    ...brokenLinks(file, text),
    ...missingPaths(text),
    ...unknownImports(text),
    ...unknownScripts(text),
  ]
  return [...new Set(found)].map((mistake) => `${relative(root, file)} ${mistake}`)
})

for (const mistake of mistakes) console.error(mistake)
process.exitCode = mistakes.length === 0 ? 0 : 1
