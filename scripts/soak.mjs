// `npm run soak [-- --steps N --seed N --state FILE --report FILE]` and `npm run lineage [-- --rounds N]`:
// bundles a program of test/soak/, since the oldest supported Node.js cannot run TypeScript, and runs
// it. A soak goes on where its state file says.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const [program] = process.argv.splice(2, 1)
const outfile = join(root, '.cache', `${program}.mjs`)
process.chdir(root)
mkdirSync(join(root, '.cache'), { recursive: true })
await build({
  entryPoints: [join(root, `test/soak/${program}.ts`)],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
})
await import(pathToFileURL(outfile).href)
