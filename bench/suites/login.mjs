// Log-ins: every client has an account of its own, and its password is right.
import { playThroughput } from '../measure/throughput.mjs'

export const login = {
  title: 'Log-in',
  asks: 'Does a log-in cost more than its password hash?',
  text:
    'Log-ins a second; every client has an account of its own. It is the price of a password hash, ' +
    'which is to be high: Countersign uses Argon2id (19 MiB, two passes), the tutorial bcrypt with cost ' +
    '10, better-auth scrypt. On one core, which the hash pool of each has to share with everything else.',
  run: (settings, databases) =>
    playThroughput({
      ...{ settings, databases, role: 'login', reference: 'argon2', unit: 'log-ins/s' },
      rounds: settings.number('rounds', 5),
      seconds: settings.number('seconds', 3),
      connections: settings.number('connections', 8),
      ids: [
        'argon2',
        'countersign',
        'countersign-redis',
        'countersign-postgres',
        'express-redis',
        'tutorial',
        'better-auth-redis',
        'better-auth',
      ],
      goals: [['countersign', 'argon2', 0.85]],
    }),
}
