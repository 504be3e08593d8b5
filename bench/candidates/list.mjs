// All candidates: what they are called, what starts them, what they need and what they can show.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { here } from '../measure/processes.mjs'

const embedded = ['guard', 'refresh', 'login', 'flood', 'start']
const guarded = ['guard', 'start']

const candidate = (id, name, file, variant, roles, needs = [], packages = []) => ({
  ...{ id, name, roles, needs, packages },
  args: [here(`candidates/${file}`), variant].filter(Boolean),
})

const standalone = (id, name, needs, packages = []) => ({
  ...{ id, name, needs, packages, isStandalone: true },
  roles: embedded,
  args: [here('../dist/cli/main.js'), 'serve'],
})

const betterAuth = ['better-auth', 'express']

export const candidates = [
  candidate('bare-node', 'bare node:http', 'bare-node.mjs', '', [...guarded, 'flood']),
  candidate('bare-express', 'bare Express', 'bare-express.mjs', '', guarded, [], ['express']),
  candidate(
    'express-middleware',
    'limit: Express, a middleware that sets `request.auth`',
    'bare-express.mjs',
    'middleware',
    ['guard'],
    [],
    ['express'],
  ),
  candidate('bare-fastify', 'bare Fastify', 'bare-fastify.mjs', '', guarded, [], ['fastify']),
  candidate(
    'node-evalsha',
    'limit: node:http, one EVALSHA, one ES256 signature',
    'limits.mjs',
    'node-redis',
    ['refresh'],
    ['redis'],
    ['redis'],
  ),
  candidate(
    'express-evalsha',
    'limit: Express, one EVALSHA, one ES256 signature',
    'limits.mjs',
    'express-redis',
    ['refresh'],
    ['redis'],
    ['redis', 'express'],
  ),
  candidate(
    'node-postgres',
    'limit: node:http, PostgreSQL update and select, ES256',
    'limits.mjs',
    'node-postgres',
    ['refresh'],
    ['postgres'],
    ['pg'],
  ),
  candidate(
    'argon2',
    'limit: node:http, one Argon2id hash',
    'argon2.mjs',
    '',
    ['login'],
    [],
    ['@node-rs/argon2'],
  ),
  standalone('countersign', 'countersign, standalone, SQLite', []),
  standalone('countersign-redis', 'countersign, standalone, SQLite + Redis', ['redis'], ['redis']),
  standalone('countersign-postgres', 'countersign, standalone, PostgreSQL', ['postgres'], ['pg']),
  candidate(
    'node-memory',
    'countersign, node:http, memory',
    'countersign.mjs',
    'node-memory',
    embedded,
  ),
  candidate(
    'node-sqlite',
    'countersign, node:http, SQLite',
    'countersign.mjs',
    'node-sqlite',
    embedded,
  ),
  candidate(
    'express-sqlite',
    'countersign, Express, SQLite',
    'countersign.mjs',
    'express-sqlite',
    embedded,
    [],
    ['express'],
  ),
  candidate(
    'express-redis',
    'countersign, Express, SQLite + Redis',
    'countersign.mjs',
    'express-redis',
    embedded,
    ['redis'],
    ['express', 'redis'],
  ),
  candidate(
    'fastify-sqlite',
    'countersign, Fastify, SQLite',
    'countersign.mjs',
    'fastify-sqlite',
    embedded,
    [],
    ['fastify'],
  ),
  candidate(
    'tutorial',
    'tutorial: Express, jsonwebtoken, Redis, string secret',
    'tutorial.mjs',
    'string',
    embedded,
    ['redis'],
    ['express', 'jsonwebtoken', 'redis', 'bcrypt'],
  ),
  candidate(
    'tutorial-key',
    'tutorial: Express, jsonwebtoken, Redis, KeyObject',
    'tutorial.mjs',
    'key',
    embedded,
    ['redis'],
    ['express', 'jsonwebtoken', 'redis', 'bcrypt'],
  ),
  candidate(
    'passport-jwt',
    'Express, passport-jwt, HS256',
    'jwt-middleware.mjs',
    'passport-jwt',
    guarded,
    [],
    ['express', 'passport', 'passport-jwt', 'jsonwebtoken'],
  ),
  candidate(
    'express-jwt',
    'Express, express-jwt, HS256',
    'jwt-middleware.mjs',
    'express-jwt',
    guarded,
    [],
    ['express', 'express-jwt', 'jsonwebtoken'],
  ),
  candidate(
    'oauth2-jwt-bearer',
    'Express, express-oauth2-jwt-bearer, RS256',
    'jwt-middleware.mjs',
    'express-oauth2-jwt-bearer',
    guarded,
    [],
    ['express', 'express-oauth2-jwt-bearer', 'jsonwebtoken'],
  ),
  candidate(
    'fastify-jwt',
    'Fastify, @fastify/jwt, HS256',
    'fastify-jwt.mjs',
    '',
    guarded,
    [],
    ['fastify', '@fastify/jwt'],
  ),
  candidate(
    'express-session',
    'Express, express-session, connect-redis',
    'express-session.mjs',
    '',
    guarded,
    ['redis'],
    ['express', 'express-session', 'connect-redis', 'redis'],
  ),
  candidate(
    'better-auth',
    'Express, better-auth, SQLite',
    'better-auth.mjs',
    'sqlite',
    embedded,
    [],
    [...betterAuth, 'libsql'],
  ),
  candidate(
    'better-auth-redis',
    'Express, better-auth, PostgreSQL + Redis',
    'better-auth.mjs',
    'postgres-redis',
    embedded,
    ['postgres', 'redis'],
    [...betterAuth, 'pg', 'redis'],
  ),
  candidate(
    'better-auth-both',
    'Express, better-auth, PostgreSQL + Redis, sessions in both',
    'better-auth.mjs',
    'both',
    ['refresh'],
    ['postgres', 'redis'],
    [...betterAuth, 'pg', 'redis'],
  ),
  candidate(
    'supertokens',
    'Express, supertokens-node, stub core',
    'supertokens.mjs',
    '',
    ['guard', 'refresh', 'start'],
    [],
    ['supertokens-node', 'express'],
  ),
  candidate(
    'oidc-provider',
    'oidc-provider, refresh grant, in memory',
    'oidc-provider.mjs',
    '',
    ['refresh', 'start'],
    [],
    ['oidc-provider'],
  ),
]

const require = createRequire(here('candidates/list.mjs'))

/** The first package that a candidate needs and that is not there. */
export function missingPackage({ packages }) {
  return packages.find((name) => {
    const folders = require.resolve.paths(name) ?? []
    return !folders.some((folder) => existsSync(join(folder, name, 'package.json')))
  })
}
