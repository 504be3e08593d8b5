// Refreshes: every client presents the token that it received last, so every refresh commits.
import { playThroughput } from '../measure/throughput.mjs'

export const refresh = {
  title: 'Refresh with rotation',
  asks: 'How near is a refresh to one atomic step and one signature, and how far ahead of what people use?',
  text:
    'Refreshes a second; every client presents the token that it received last, so every one of ours ' +
    'commits. better-auth does not rotate: its session is extended at each request. The core of ' +
    'supertokens-node is a stub that decides nothing, so its figure is an upper bound.',
  run: (settings, databases) =>
    playThroughput({
      ...{ settings, databases, role: 'refresh', reference: 'node-evalsha', unit: 'req/s' },
      rounds: settings.number('rounds', 7),
      seconds: settings.number('seconds', 2),
      connections: settings.number('connections', 64),
      // Those that a goal compares stand near each other, so that little time lies between them.
      ids: [
        'node-evalsha',
        'countersign-redis',
        'tutorial-key',
        'tutorial',
        'express-evalsha',
        'express-redis',
        'node-postgres',
        'countersign-postgres',
        'countersign',
        'node-sqlite',
        'node-memory',
        'oidc-provider',
        'supertokens',
        'better-auth-redis',
        'better-auth-both',
        'better-auth',
      ],
      goals: [
        ['countersign-redis', 'node-evalsha', 0.7],
        ['countersign-redis', 'tutorial', 10, 'atLeast', 'node-evalsha'],
        ['countersign-redis', 'tutorial-key', 2, 'atLeast', 'node-evalsha'],
        ['countersign-redis', 'better-auth-redis', 15, 'atLeast', 'node-evalsha'],
        ['express-redis', 'express-evalsha', 0.85],
        ['node-sqlite', 'node-memory', 0.5],
        ['countersign-postgres', 'node-postgres', 0.5],
      ],
    }),
}
