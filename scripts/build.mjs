// Builds dist/ with plain tsc. Skips when nothing in src/ is newer than the last build.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = new URL('..', import.meta.url).pathname
const stamp = join(root, 'dist', '.built')

const newest = (folder) =>
  Math.max(
    ...readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  )

const inputs = ['package.json', 'tsconfig.json', 'tsconfig.build.json'].map(
  (file) => statSync(join(root, file)).mtimeMs,
)
const upToDate =
  existsSync(stamp) && statSync(stamp).mtimeMs > Math.max(newest(join(root, 'src')), ...inputs)

if (!upToDate) {
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  if (!existsSync(tsc)) {
    console.error('The build needs the development dependencies: run `npm ci` first.')
    process.exit(1)
  }
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status !== 0) process.exit(status ?? 1)
  chmodSync(join(root, 'dist', 'cli', 'main.js'), 0o755)
  writeFileSync(stamp, '')
}
