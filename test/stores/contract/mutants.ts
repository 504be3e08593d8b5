/**
 * Memory stores with one mistake each, made by changing their source before it is bundled.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { contractLifetimes, type StoreFactory } from '../../../src/stores/contract/index.ts'
import type { openMemoryStores } from '../../../src/stores/memory/index.ts'

export interface Mutant {
  /** Path below src/. */
  readonly file: string
  /** Stands there exactly once. */
  readonly from: string
  readonly to: string
  /** The suites that must notice. */
  readonly suites: readonly string[]
}

const pause = 'await new Promise((resolve) => setImmediate(resolve))'

/** Turns a step into one with a pause between reading and writing. */
export const torn = (
  file: string,
  from: string,
  after: string,
  suites: readonly string[],
): Mutant => ({
  file,
  from,
  to: from
    .replace('steps.run(() => {', 'steps.run(async () => {')
    .replace(after, `${after}\n${pause}\n`),
  suites,
})

const source = join(import.meta.dirname, '../../../src')

/** @returns a factory of stores with the mistake, or of right ones where none is given. */
export async function mutatedMemory(mutant?: Omit<Mutant, 'suites'>): Promise<StoreFactory> {
  const { outputFiles } = await build({
    entryPoints: [join(source, 'stores/memory/index.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    plugins: [
      {
        name: 'mutate',
        setup: ({ onLoad }) =>
          onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const contents = readFileSync(path, 'utf8')
            if (mutant === undefined || path !== join(source, mutant.file)) {
              return { contents, loader: 'ts' }
            }
            const parts = contents.split(mutant.from)
            if (parts.length !== 2) throw new Error(`${mutant.from} stands not once in ${path}`)
            return { contents: parts.join(mutant.to), loader: 'ts' }
          }),
      },
    ],
  })
  const folder = mkdtempSync(join(tmpdir(), 'countersign-mutant-'))
  const path = join(folder, 'memory.mjs')
  writeFileSync(path, outputFiles[0]?.text ?? '')
  const loaded = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as {
    readonly openMemoryStores: typeof openMemoryStores
  }
  rmSync(folder, { recursive: true, force: true })
  return async () => {
    let now = 1_800_000_000_000
    const stores = await loaded.openMemoryStores({ clock: () => now, ...contractLifetimes })
    const advance = (milliseconds: number) => {
      now += milliseconds
    }
    return { stores, advance, dispose: () => stores.close() }
  }
}
