// `node scripts/run-typescript.mjs FILE [arguments]`: bundles a program of the tests, since the
// oldest supported Node.js cannot run TypeScript, and runs it.
import { mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const [file = ''] = process.argv.splice(2, 1)
const outfile = join(root, '.cache', `${basename(file, '.ts')}.mjs`)
process.chdir(root)
mkdirSync(join(root, '.cache'), { recursive: true })
await build({
  entryPoints: [join(root, file)],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
})
await import(pathToFileURL(outfile).href)
