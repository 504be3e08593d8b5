// What an installation brings: packages, megabytes, and how many packages run something at install.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { absoluteGoal } from '../measure/goals.mjs'
import { here, run, temporaryFolder } from '../measure/processes.mjs'

const versions = JSON.parse(readFileSync(here('package.json'), 'utf8')).dependencies
const ours = JSON.parse(readFileSync(here('../package.json'), 'utf8'))
const productVersions = { ...ours.devDependencies, ...ours.dependencies }
const mostPackages = 29

const stacks = [
  ['express', 'bare Express', ['express']],
  ['countersign', 'countersign', ['countersign']],
  ['countersign-redis', 'countersign + redis', ['countersign', 'redis']],
  ['countersign-express', 'countersign + Express', ['countersign', 'express']],
  ['countersign-both', 'countersign + Express + redis', ['countersign', 'express', 'redis']],
  ['passport', 'Express + passport-jwt', ['express', 'passport', 'passport-jwt', 'jsonwebtoken']],
  [
    'session',
    'Express + express-session + connect-redis',
    ['express', 'express-session', 'connect-redis', 'redis'],
  ],
  [
    'tutorial',
    'tutorial: Express, jsonwebtoken, bcrypt, redis',
    ['express', 'jsonwebtoken', 'bcrypt', 'redis'],
  ],
  ['supertokens', 'Express + supertokens-node, without its core', ['express', 'supertokens-node']],
  ['oidc-provider', 'oidc-provider', ['oidc-provider']],
  ['better-auth', 'Express + better-auth + pg + redis', ['express', 'better-auth', 'pg', 'redis']],
  [
    'better-auth-sqlite',
    'Express + better-auth + better-sqlite3',
    ['express', 'better-auth', 'better-sqlite3'],
  ],
]
/** Not among what the bench installs: it wants Node 22, or is compiled. */
const elsewhere = { 'better-sqlite3': '13.2.0' }

export const install = {
  title: 'What an installation brings',
  asks: 'How many packages and megabytes does an installation bring?',
  text:
    'Packages and megabytes of `npm install` without development dependencies, and how many of the ' +
    'packages run something at install: compile, or fetch a binary. Nothing of that is run here, so what ' +
    'it would add is not counted.',
  async run(settings) {
    const tarball = await pack()
    const wanted = stacks.filter(([id]) => settings.only?.includes(id) ?? true)
    const rows = []
    for (const [id, name, packages] of wanted) {
      rows.push({ id, name, ...(await measure(packages, tarball)) })
    }
    const standalone = rows.find(({ id }) => id === 'countersign-redis')
    return {
      ...{ unit: 'packages', better: 'less', key: 'packages', rows, settings: {} },
      columns: [
        ['packages', 'packages'],
        ['megabytes', 'MB'],
        ['scripts', 'run something at install'],
      ],
      goals:
        standalone === undefined
          ? []
          : [
              absoluteGoal(`${standalone.name}: packages`, standalone.packages, mostPackages),
              absoluteGoal(`${standalone.name}: run something`, standalone.scripts, 0),
            ],
    }
  },
}

async function pack() {
  const folder = temporaryFolder()
  const options = { cwd: here('..') }
  const args = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder]
  await run(undefined, 'npm', args, options)
  return join(folder, readdirSync(folder)[0])
}

const versionOf = (name, tarball) =>
  name === 'countersign'
    ? `file:${tarball}`
    : (versions[name] ?? elsewhere[name] ?? productVersions[name])

async function measure(packages, tarball) {
  const folder = temporaryFolder()
  const dependencies = Object.fromEntries(packages.map((name) => [name, versionOf(name, tarball)]))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }))
  const flags = ['--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--silent']
  await run(undefined, 'npm', ['install', ...flags], { cwd: folder })
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'))
  const installed = Object.entries(lock.packages).filter(([path]) => isThere(folder, path))
  return {
    packages: installed.length,
    megabytes: Math.round(bytesOf(join(folder, 'node_modules')) / 1e5) / 10,
    scripts: installed.filter(([, { hasInstallScript }]) => hasInstallScript).length,
  }
}

/** Packages for other systems are in the lock file too. */
function isThere(folder, path) {
  if (path === '') return false
  return statSync(join(folder, path), { throwIfNoEntry: false }) !== undefined
}

const bytesOf = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
