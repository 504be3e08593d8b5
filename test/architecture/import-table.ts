/**
 * Who may import whom: the folder table of ARCHITECTURE.md as data.
 *
 * A unit is a file of src/ without its extension, or a folder of src/. In stores/ the files beside
 * the folders are the unit `ports`, and every folder is a unit of its own.
 */

export interface ImportRow {
  /** Units that may be imported. */
  readonly values: readonly string[]
  /** Units of which only types may be imported. */
  readonly types?: readonly string[]
  /** Units that may be imported only by `import()`, so that their driver stays optional. */
  readonly dynamic?: readonly string[]
}

export type ImportTable = Readonly<Record<string, ImportRow>>

/** They import nothing; everybody may import them. */
export const leaves: readonly string[] = ['clock', 'duration', 'in-one-turn', 'lazily', 'shapes']

const technologies = ['stores/memory', 'stores/mongodb', 'stores/postgres', 'stores/sqlite']
const core = ['errors', 'events', 'wire', 'crypto', 'tokens', 'sessions', 'ports', 'verifier']
const joining: ImportRow = {
  values: [
    ...[...core, 'flows', 'pages', 'http'],
    ...[
      'auth',
      'administration',
      'join-parts',
      'join-limits',
      'part-settings',
      'listeners',
      'options',
    ],
    ...['health', 'open-stores', 'open-redis', 'start-check'],
  ],
  types: ['stores/mongodb', 'stores/postgres', 'stores/redis'],
  dynamic: [...technologies, 'stores/redis', 'stores/joined'],
}
const outermost = [
  ...['index', 'auth', 'open-stores', 'options', 'ports', ...technologies],
  ...['node', 'express', 'http', 'pages', 'wire', 'errors'],
]
const technology: ImportRow = { values: ['ports', 'sessions', 'errors'], types: ['events'] }

export const importTable: ImportTable = {
  clock: { values: [] },
  duration: { values: [] },
  'in-one-turn': { values: [] },
  lazily: { values: [] },
  shapes: { values: [] },
  errors: { values: [] },
  events: { values: [] },
  wire: { values: [] },
  crypto: { values: ['errors'] },
  tokens: { values: ['crypto', 'errors'], types: ['ports', 'sessions', 'events'] },
  sessions: { values: ['crypto', 'errors'], types: ['ports', 'events'] },
  ports: { values: [], types: ['sessions', 'events'] },
  'stores/contract': {
    values: ['ports', 'sessions', 'errors', 'crypto'],
    types: ['events'],
  },
  'stores/memory': technology,
  'stores/mongodb': technology,
  'stores/sqlite': technology,
  'stores/postgres': technology,
  'stores/joined': { values: ['ports'] },
  'stores/redis': { ...technology, values: [...technology.values, 'crypto'] },
  verifier: { values: ['tokens', 'errors'], types: ['ports'] },
  flows: {
    values: ['tokens', 'sessions', 'crypto', 'verifier', 'ports', 'errors', 'events'],
    types: ['wire'],
  },
  pages: { values: ['wire'] },
  http: {
    values: ['flows', 'pages', 'wire', 'errors'],
    types: ['tokens', 'verifier', 'sessions', 'ports'],
  },
  transfer: { values: ['ports', 'sessions', 'errors'] },
  listeners: { values: [], types: ['events'] },
  administration: { values: ['flows'], types: ['wire'] },
  auth: joining,
  'join-parts': joining,
  'join-limits': joining,
  'part-settings': joining,
  options: joining,
  'open-redis': joining,
  'start-check': { values: ['ports'] },
  health: { values: ['ports'], types: ['verifier'] },
  'open-stores': joining,
  index: joining,
  node: { values: ['http', 'errors'], types: ['auth', 'tokens', 'wire'] },
  express: { values: ['http', 'node', 'errors'], types: ['auth', 'tokens'] },
  fastify: { values: ['http', 'node', 'errors'], types: ['auth', 'tokens', 'wire'] },
  fetch: { values: ['http', 'errors'], types: ['auth', 'tokens', 'wire'] },
  'resource-server': {
    values: ['verifier', 'tokens', 'options', 'errors', 'wire'],
    types: ['http', 'ports'],
    dynamic: ['stores/redis'],
  },
  testing: {
    values: ['auth', 'options', 'stores/memory', 'flows', 'http', 'crypto', 'errors'],
    types: ['ports', 'events', 'wire'],
  },
  server: { values: outermost, types: ['events', 'tokens'] },
  cli: { values: [...outermost, 'server', 'transfer'], types: ['events'] },
}
