/**
 * Reads the imports of source files and holds them against an import table.
 *
 * Works on text, because TypeScript 7 has no API to ask. Knows strings and comments apart.
 */

import { posix } from 'node:path'
import { type ImportTable, leaves } from './import-table.ts'

/** Path from the root of the repository, with `/`, to content. */
export type SourceFiles = Readonly<Record<string, string>>

interface Import {
  readonly from: string
  readonly to: string
  readonly kind: 'values' | 'types' | 'dynamic'
}

const stringsAndComments =
  /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g

export const withoutComments = (text: string): string =>
  text.replace(stringsAndComments, (found) => (found.startsWith('/') ? '' : found))

/** The unit of the import table to which a file of src/ belongs. */
export function unitOf(path: string): string {
  const [, first = '', second = '', ...deeper] = path.split('/')
  if (first === 'stores') return deeper.length > 0 ? `stores/${second}` : 'ports'
  return first.replace(/\.ts$/, '')
}

function relativeImports(path: string, text: string): Import[] {
  const code = withoutComments(text)
  const toImport = (kind: Import['kind'], specifier = ''): Import => ({
    from: path,
    to: posix.join(posix.dirname(path), specifier),
    kind,
  })
  const statements = code.matchAll(
    /^\s*(?:import|export)\s(?:\s*(type)\s)?(?:[^'"`;=()]*?\sfrom\s*)?['"](\.[^'"]*)['"]/gm,
  )
  const calls = code.matchAll(/(typeof\s+)?\bimport\(\s*['"`](\.[^'"`]*)['"`]/g)
  return [
    ...[...statements].map(([, type, to]) => toImport(type ? 'types' : 'values', to)),
    // `typeof import('…')` is a type, and so may stand wherever the module may be loaded.
    ...[...calls].map(([, type, to]) => toImport(type ? 'types' : 'dynamic', to)),
  ]
}

function isAllowed({ from, to, kind }: Import, table: ImportTable): boolean {
  const [importer, imported] = [unitOf(from), unitOf(to)]
  if (imported === importer) return true
  if (leaves.includes(imported)) return true
  const row = table[importer]
  if (row === undefined) return false
  if (kind === 'types' && row.types?.includes(imported)) return true
  if (row.dynamic?.includes(imported)) return kind === 'dynamic'
  if (kind === 'dynamic' && imported.startsWith('stores/')) return false
  return row.values.includes(imported)
}

function findCycles(imports: readonly Import[]): string[] {
  const edges = new Map<string, Import[]>()
  for (const one of imports) edges.set(one.from, [...(edges.get(one.from) ?? []), one])
  const cycles = new Set<string>()
  const done = new Set<string>()
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path)
    if (at >= 0) cycles.add(`cycle: ${[...trail.slice(at), path].join(' -> ')}`)
    if (at >= 0 || done.has(path)) return
    for (const { to } of edges.get(path) ?? []) visit(to, [...trail, path])
    done.add(path)
  }
  for (const path of edges.keys()) visit(path, [])
  return [...cycles]
}

/** @returns a sentence for every forbidden import, folder without a row, and cycle. */
export function checkImports(files: SourceFiles, table: ImportTable): string[] {
  const units = new Set(Object.keys(files).map(unitOf))
  const imports = Object.entries(files).flatMap(([path, text]) => relativeImports(path, text))
  return [
    ...[...units].filter((unit) => !(unit in table)).map((unit) => `no row for ${unit}`),
    ...imports
      .filter(({ to }) => !(to in files))
      .map(({ from, to }) => `${from} imports ${to}, which does not exist`),
    ...imports
      .filter((one) => !isAllowed(one, table))
      .map(({ from, to, kind }) => `${from} may not import ${to} (${kind})`),
    ...findCycles(imports),
  ]
}
