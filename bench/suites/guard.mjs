// GET /protected: requests a second with a session of its own for every connection.
import { playThroughput } from '../measure/throughput.mjs'

export const guard = {
  title: 'A guarded route',
  asks: 'Does the guard cost less than what people use, and how near is it to no guard at all?',
  text:
    'Requests a second to a route that returns the id of its caller; every connection has a session ' +
    'of its own, and access tokens were seen before. Countersign follows its revocation feed.',
  run: (settings, databases) =>
    playThroughput({
      ...{ settings, databases, role: 'guard', reference: 'bare-express', unit: 'req/s' },
      rounds: settings.number('rounds', 7),
      seconds: settings.number('seconds', 2),
      connections: settings.number('connections', 64),
      polls: true,
      // Those that a goal compares stand near each other, so that little time lies between them.
      ids: [
        'bare-express',
        'express-redis',
        'express-middleware',
        'express-session',
        'express-sqlite',
        'express-jwt',
        'tutorial-key',
        'passport-jwt',
        'tutorial',
        'oauth2-jwt-bearer',
        'supertokens',
        'better-auth-redis',
        'better-auth',
        'bare-fastify',
        'fastify-sqlite',
        'fastify-jwt',
        'countersign',
        'bare-node',
        'countersign-redis',
        'countersign-postgres',
      ],
      goals: [
        ['express-redis', 'bare-express', 0.95, 'atLeast', 'express-middleware'],
        ['express-redis', 'tutorial', 3.5, 'atLeast', 'bare-express'],
        ['express-redis', 'better-auth-redis', 3, 'atLeast', 'bare-express'],
        ['express-redis', 'express-session', 1.6, 'atLeast', 'bare-express'],
        ['countersign', 'bare-node', 0.6],
        ['countersign', 'fastify-jwt', 2],
      ],
    }),
}
