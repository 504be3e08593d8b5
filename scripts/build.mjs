// Builds dist/ with plain tsc, and makes one file of what the command loads at its start (decision 0019).
// Skips when nothing in src/ is newer than the last build.
// Compiles into a folder of its own and swaps it in, so that a reader never sees half a build.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
const stamp = join(dist, '.built')

const newest = (folder) =>
  Math.max(
    statSync(folder).mtimeMs,
    ...readdirSync(folder, { withFileTypes: true, recursive: true }).map(
      (entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs,
    ),
  )

const inputs = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/build.mjs'].map(
  (file) => statSync(join(root, file)).mtimeMs,
)
const upToDate =
  existsSync(stamp) && statSync(stamp).mtimeMs > Math.max(newest(join(root, 'src')), ...inputs)

if (!upToDate) build()

function build() {
  const startedAt = new Date()
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  if (!existsSync(tsc)) {
    console.error('The build needs the development dependencies: run `npm ci` first.')
    process.exit(1)
  }
  const fresh = join(root, '.cache', `build-${process.pid}`)
  const old = join(root, '.cache', `old-${process.pid}`)
  mkdirSync(join(root, '.cache'), { recursive: true })
  const { status } = spawnSync(
    process.execPath,
    [tsc, '-p', 'tsconfig.build.json', '--outDir', fresh],
    { cwd: root, stdio: 'inherit' },
  )
  if (status !== 0) {
    rmSync(fresh, { recursive: true, force: true })
    process.exit(status ?? 1)
  }
  const bin = join(fresh, 'cli', 'main.js')
  bundleCommand(bin)
  chmodSync(bin, 0o755)
  writeFileSync(join(fresh, '.built'), '')
  // A file saved while tsc ran must be newer than the stamp.
  utimesSync(join(fresh, '.built'), startedAt, startedAt)
  if (existsSync(dist)) renameSync(dist, old)
  renameSync(fresh, dist)
  rmSync(old, { recursive: true, force: true })
}

// What is imported later stays in files of its own, beside it.
function bundleCommand(bin) {
  buildSync({
    entryPoints: [bin],
    outdir: join(bin, '..'),
    allowOverwrite: true,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    chunkNames: 'parts/[hash]',
    logLevel: 'warning',
  })
}
