// `npm run check`: every check but the tests, one line each; output only of those that failed.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const packed = mkdtempSync(join(tmpdir(), 'countersign-check-'))

// Biome takes any FORCE_COLOR, '0' too, for a yes.
const { FORCE_COLOR: _, ...inherited } = process.env
const env = { ...inherited, NO_COLOR: '1' }

const run = (command, args) =>
  spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32' && command === 'npm',
    env,
  })

const node = (...args) => run(process.execPath, args)
const tool = (file, ...args) => node(join('node_modules', file), ...args)

const pack = () => run('npm', ['pack', '--ignore-scripts', '--pack-destination', packed])
const tarball = () => {
  const name = readdirSync(packed).find((file) => file.endsWith('.tgz'))
  if (name === undefined) throw new Error('There is no package to check: packing failed.')
  return join(packed, name)
}

const steps = {
  biome: () => tool('@biomejs/biome/bin/biome', 'ci', '--error-on-warnings', '--colors=off', '.'),
  types: () => tool('typescript/bin/tsc', '-p', '.'),
  sizes: () => node('scripts/check-sizes.mjs'),
  knip: () => tool('knip/bin/knip.js', '--no-progress', '--treat-config-hints-as-errors'),
  build: () => node('scripts/build.mjs'),
  pack,
  publint: () => tool('publint/src/cli.js', 'run', tarball(), '--strict'),
  attw: () =>
    tool(
      '@arethetypeswrong/cli/dist/index.js',
      tarball(),
      '--profile',
      'esm-only',
      '--no-definitely-typed',
    ),
  docs: () => node('scripts/check-docs.mjs'),
  security: () => node('scripts/check-security-map.mjs'),
}

function attempt(step) {
  try {
    const { status, stdout, stderr, error } = step()
    return { ok: status === 0, output: `${stdout ?? ''}${stderr ?? ''}${error ?? ''}` }
  } catch (error) {
    return { ok: false, output: `${error.message}\n` }
  }
}

let failed = 0
try {
  for (const [name, step] of Object.entries(steps)) {
    const { ok, output } = attempt(step)
    console.log(`${name.padEnd(9)} ${ok ? 'ok' : 'failed'}`)
    if (ok) continue
    failed += 1
    console.log(output.replace(/^/gm, '    ').trimEnd())
  }
} finally {
  rmSync(packed, { recursive: true, force: true })
}
process.exitCode = failed === 0 ? 0 : 1
