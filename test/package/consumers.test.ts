import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const fixtures = join(import.meta.dirname, 'fixtures')
const workplace = mkdtempSync(join(tmpdir(), 'countersign-consumers-'))
const nativePackages = ['@node-rs/argon2', '@node-rs/bcrypt', 'libsql']

const run = (cwd: string, command: string, ...args: string[]): string =>
  execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: 'pipe',
    shell: process.platform === 'win32' && command === 'npm',
  })

/** Unpacks the package as npm would, with the checkout's own copies of what it depends on. */
function installPackage(): void {
  run(root, process.execPath, 'scripts/build.mjs')
  run(root, 'npm', 'pack', '--ignore-scripts', '--silent', '--pack-destination', workplace)
  const tarball = readdirSync(workplace).find((name) => name.endsWith('.tgz')) as string
  run(workplace, 'tar', '-xzf', tarball)
  const modules = join(workplace, 'node_modules')
  mkdirSync(modules)
  cpSync(join(workplace, 'package'), join(modules, 'countersign'), { recursive: true })

  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  link(modules, [...Object.keys(dependencies), 'express', '@types/express', '@types/node'])
}

function link(modules: string, names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(modules, name)), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), join(modules, name), 'junction')
  }
}

/** A project of its own below the installed package. */
function makeProject(fixture: string, manifest: object): string {
  const folder = join(workplace, fixture)
  cpSync(join(fixtures, fixture), folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  return folder
}

const forms = ['changePassword', 'logIn', 'logOut', 'register']

function expectWholePackage(output: string): void {
  expect(JSON.parse(output)).toEqual({
    createAuth: 'function',
    express: ['authRouter', ...forms, 'requireAuth', 'requireOwner', 'returnTarget'],
    fastify: ['authPlugin', ...forms, 'requireAuth', 'requireOwner', 'returnTarget'],
    fetch: ['authHandler', 'carryHeaders', ...forms, 'requireAuth', 'returnTarget'],
    node: ['authHandler', ...forms, 'requireAuth', 'returnTarget'],
    verifier: ['AuthError', 'createVerifier'],
  })
}

beforeAll(installPackage, 120_000)
afterAll(() => rmSync(workplace, { recursive: true, force: true }))

describe('the packed package', () => {
  test('holds what it needs and nothing else', () => {
    const files = readdirSync(join(workplace, 'package')).sort()
    const expected = ['LICENSE', 'README.md', 'SECURITY.md', 'dist', 'package.json']
    expect(files).toEqual(expected)
  })

  test('works in an ES module project', () => {
    const folder = makeProject('esm', { type: 'module' })
    expectWholePackage(run(folder, process.execPath, 'main.mjs'))
  })

  test('works in a CommonJS project', () => {
    const folder = makeProject('cjs', { type: 'commonjs' })
    expectWholePackage(run(folder, process.execPath, 'main.cjs'))
  })

  test('works in a bundle', async () => {
    const folder = makeProject('bundled', { type: 'module' })
    await build({
      absWorkingDir: folder,
      entryPoints: ['main.mjs'],
      outfile: join(folder, 'bundle.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      external: nativePackages,
      // What is CommonJS inside (Express) asks for `require`.
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
      logLevel: 'silent',
    })
    expectWholePackage(run(folder, process.execPath, 'bundle.mjs'))
  })
})

describe('the types of the packed package', () => {
  const compile = (folder: string, resolution: string): string => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    return messageOf(() => run(folder, process.execPath, tsc, '-p', `tsconfig.${resolution}.json`))
  }

  test.each(['nodenext', 'bundler'])('compile under %s, without Fastify', (resolution) => {
    const folder = makeProject('types', { type: 'module' })
    expect(compile(folder, resolution)).toBe('')
  })

  /** Beside what it is used with, where an installation would have put it. */
  const makeProjectBeside = (fixture: string, packages: readonly string[]): string => {
    const folder = makeProject(fixture, { type: 'module' })
    const modules = join(folder, 'node_modules')
    cpSync(join(workplace, 'package'), join(modules, 'countersign'), { recursive: true })
    if (packages.some((name) => !existsSync(join(modules, name)))) link(modules, packages)
    return folder
  }

  test.each(['nodenext', 'bundler'])('compile under %s with Fastify and Hono', (resolution) => {
    const folder = makeProjectBeside('types-fastify', ['fastify', 'hono'])
    expect(compile(folder, resolution)).toBe('')
  })

  test.each(['nodenext', 'bundler'])('compile under %s with Redis clients', (resolution) => {
    const folder = makeProjectBeside('types-redis', ['redis', 'ioredis'])
    expect(compile(folder, resolution)).toBe('')
  })
})

/** What the compiler said: empty when it was content. */
function messageOf(compile: () => string): string {
  try {
    return compile()
  } catch (error) {
    return (error as { stdout: string }).stdout
  }
}
