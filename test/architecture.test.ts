import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkImports, type SourceFiles, withoutComments } from './architecture/check-imports.ts'
import { importTable } from './architecture/import-table.ts'

const root = join(import.meta.dirname, '..')

function readSources(folder: string): SourceFiles {
  const paths = readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
  return Object.fromEntries(
    paths.map((path) => [relative(root, path).split(sep).join('/'), readFileSync(path, 'utf8')]),
  )
}

const sources = readSources('src')

const filesWith = (pattern: RegExp): string[] =>
  Object.entries(sources)
    .filter(([, text]) => pattern.test(withoutComments(text)))
    .map(([path]) => path)

describe('the source', () => {
  test('imports only what the table allows, without cycles', () => {
    expect(checkImports(sources, importTable)).toEqual([])
  })

  test('asks for the time in src/clock.ts only', () => {
    const asksForTime = /\bDate\.now\b|\bnew Date\b(?!\s*\(\s*[^)\s])|(?<!new )\bDate\(\s*\)/
    expect(filesWith(asksForTime)).toEqual(['src/clock.ts'])
  })

  test('has no default export', () => {
    expect(filesWith(/^\s*export\s+default\b|\bas\s+default\b/m)).toEqual([])
  })

  test('has no file over 250 lines, nor have the tests', () => {
    const long = Object.entries({ ...sources, ...readSources('test') })
      .map(([path, text]) => ({ path, lines: text.trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > 250)
    expect(long).toEqual([])
  })

  test('has only re-exports in index.ts', () => {
    const statements = Object.entries(sources)
      .filter(([path]) => path.endsWith('/index.ts'))
      .filter(([, text]) =>
        withoutComments(text)
          .replace(/\bexport\s+(?:type\s+)?(?:\*|\{[^}]*\})[^'"]*['"][^'"]*['"];?/g, '')
          .trim(),
      )
      .map(([path]) => path)
    expect(statements).toEqual([])
  })
})

describe('the checker', () => {
  const base = {
    'src/errors.ts': '',
    'src/clock.ts': '',
    'src/auth.ts': '',
    'src/stores/ports.ts': '',
    'src/stores/sqlite/index.ts': '',
    'src/stores/memory/index.ts': '',
    'src/flows/login.ts': '',
  }
  const check = (files: SourceFiles) => checkImports({ ...base, ...files }, importTable)

  const forbidden: Record<string, SourceFiles> = {
    'src/crypto/hash.ts may not import src/flows/login.ts (values)': {
      'src/crypto/hash.ts': "import { login } from '../flows/login.ts'",
    },
    'src/crypto/hash.ts may not import src/flows/login.ts (types)': {
      'src/crypto/hash.ts': "import type { Login } from '../flows/login.ts'",
    },
    'src/tokens/keys.ts may not import src/stores/ports.ts (values)': {
      'src/tokens/keys.ts': "import {\n  a,\n  type B,\n} from '../stores/ports.ts'",
    },
    'src/errors.ts may not import src/auth.ts (values)': {
      'src/errors.ts': "export * from './auth.ts'",
    },
    'src/clock.ts may not import src/errors.ts (values)': {
      'src/clock.ts': "import './errors.ts'",
    },
    'src/stores/memory/index.ts may not import src/stores/sqlite/index.ts (values)': {
      'src/stores/memory/index.ts': "import { a } from '../sqlite/index.ts'",
    },
    'src/auth.ts may not import src/stores/sqlite/index.ts (values)': {
      'src/auth.ts': "import { sqliteStores } from './stores/sqlite/index.ts'",
    },
    'src/cli/serve.ts may not import src/stores/sqlite/index.ts (dynamic)': {
      'src/cli/serve.ts': "const a = await import('../stores/sqlite/index.ts')",
    },
    'no row for helpers': { 'src/helpers/strings.ts': '' },
    'src/auth.ts imports src/gone.ts, which does not exist': {
      'src/auth.ts': "import { a } from './gone.ts'",
    },
    'cycle: src/crypto/a.ts -> src/crypto/b.ts -> src/crypto/a.ts': {
      'src/crypto/a.ts': "import { b } from './b.ts'",
      'src/crypto/b.ts': "import type { A } from './a.ts'",
    },
  }

  for (const [complaint, files] of Object.entries(forbidden)) {
    test(`says: ${complaint}`, () => {
      expect(check(files)).toContain(complaint)
    })
  }

  const allowed: Record<string, SourceFiles> = {
    'types where the table says types': {
      'src/tokens/keys.ts': "import type { KeyStore } from '../stores/ports.ts'",
    },
    'the clock everywhere': { 'src/crypto/hash.ts': "import { systemClock } from '../clock.ts'" },
    'a store by dynamic import from auth.ts': {
      'src/auth.ts': "const { open } = await import('./stores/sqlite/index.ts')",
    },
    'types of a store that is loaded by import() where the table says both': {
      'src/stores/redis/client.ts': '',
      'src/auth.ts': "import type { RedisClient } from './stores/redis/client.ts'",
    },
    'packages, comments and strings that look like imports': {
      'src/crypto/hash.ts': [
        "import { createHash } from 'node:crypto'",
        "// import { login } from '../flows/login.ts'",
        "/* import { login } from '../flows/login.ts' */",
        'const text = "import a from \'../flows/login.ts\'"',
      ].join('\n'),
    },
  }

  for (const [title, files] of Object.entries(allowed)) {
    test(`lets through ${title}`, () => {
      expect(check(files)).toEqual([])
    })
  }
})
