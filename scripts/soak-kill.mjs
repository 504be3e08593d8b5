// `npm run soak:kill [-- --rounds N]`: bundles test/holds/kill-soak.ts, since the oldest supported
// Node.js cannot run TypeScript, and runs it.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const outfile = join(root, '.cache', 'kill-soak.mjs')
process.chdir(root)
mkdirSync(join(root, '.cache'), { recursive: true })
await build({
  entryPoints: [join(root, 'test/holds/kill-soak.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
})
await import(pathToFileURL(outfile).href)
