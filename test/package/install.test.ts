import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

interface LockedPackage {
  readonly dev?: boolean
  readonly optional?: boolean
  readonly resolved?: string
  readonly link?: boolean
  readonly hasInstallScript?: boolean
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
  readonly libc?: readonly string[]
}

const lock = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8'),
) as { readonly packages: Readonly<Record<string, LockedPackage>> }

const libc = (): string => {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } }
  return header.glibcVersionRuntime === undefined ? 'musl' : 'glibc'
}

/** npm's rule for `os`, `cpu` and `libc`: a list of names, or of names to leave out. */
function fits(list: readonly string[] | undefined, here: string): boolean {
  if (list === undefined || list.includes(here)) return true
  return !list.includes(`!${here}`) && list.every((name) => name.startsWith('!'))
}

const installed = Object.entries(lock.packages).filter(
  ([path, { dev, optional, os, cpu, libc: libcs }]) => {
    if (path === '' || dev) return false
    if (!optional) return true
    const fitsLibc = process.platform !== 'linux' || fits(libcs, libc())
    return fits(os, process.platform) && fits(cpu, process.arch) && fitsLibc
  },
)
const pathsOf = (entries: typeof installed): string[] => entries.map(([path]) => path)

test('an installation for production has fewer than 30 packages', () => {
  expect(installed.length).toBeGreaterThan(0)
  expect(pathsOf(installed).length).toBeLessThan(30)
})

test('no package of it runs a script when it is installed', () => {
  expect(pathsOf(installed.filter(([, { hasInstallScript }]) => hasInstallScript))).toEqual([])
})

test('every package of the lockfile comes from the npm registry', () => {
  const elsewhere = Object.entries(lock.packages).filter(
    ([, { resolved, link }]) =>
      link || (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/')),
  )
  expect(pathsOf(elsewhere)).toEqual([])
})

test('every package of the lockfile has a checksum', () => {
  const unchecked = Object.entries(lock.packages).filter(
    ([path, one]) => path !== '' && !('integrity' in one),
  )
  expect(pathsOf(unchecked)).toEqual([])
})
