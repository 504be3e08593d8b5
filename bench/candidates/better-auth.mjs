// Express with better-auth, as its documentation sets it up: e-mail and password, a session cookie,
// and the guard asks for the session. On SQLite (with libsql in place of better-sqlite3, which
// wants Node 22) and its cookie cache, or on PostgreSQL with Redis as secondary storage: sessions in Redis
// alone, as it comes, or ('both') in the database too, where they outlive Redis and can be listed.
//
// It has no refresh tokens. What comes nearest is a session that is extended: `updateAge: 0` does so
// at every request.
import { join } from 'node:path'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node'
import express from 'express'
import {
  answerFor,
  clients,
  cookiePlan,
  eachInTurn,
  listen,
  loginPlan,
  openPlan,
  password,
  role,
  variant,
} from './announce.mjs'

async function sqlite() {
  const [{ default: Database }, { SqliteDialect }] = await Promise.all([
    import('libsql'),
    import('kysely'),
  ])
  const database = new Database(join(process.env.BENCH_FOLDER, 'better-auth.db'))
  return {
    database: { dialect: new SqliteDialect({ database }), type: 'sqlite' },
    session: { cookieCache: { enabled: role !== 'refresh' } },
  }
}

async function postgresRedis() {
  const [{ default: pg }, { createClient }] = await Promise.all([import('pg'), import('redis')])
  const redis = await createClient({ url: process.env.REDIS_URL }).connect()
  return {
    database: new pg.Pool({ connectionString: process.env.DATABASE_URL }),
    secondaryStorage: {
      get: (key) => redis.get(key),
      set: (key, value, seconds) => redis.set(key, value, seconds ? { EX: seconds } : {}),
      delete: async (key) => void (await redis.del(key)),
    },
    session: { storeSessionInDatabase: variant === 'both' },
  }
}

const { session = {}, ...stores } = await (variant === 'sqlite' ? sqlite() : postgresRedis())
const auth = betterAuth({
  ...stores,
  secret: 'a secret of thirty-two bytes or more for the bench',
  baseURL: 'http://127.0.0.1',
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  session: { ...session, ...(role === 'refresh' ? { updateAge: 0 } : {}) },
  telemetry: { enabled: false },
})

const { runMigrations } = await getMigrations(auth.options)
await runMigrations()

const app = express()
app.all('/api/auth/*path', toNodeHandler(auth))
app.get('/protected', async (request, response) => {
  const found = await auth.api.getSession({ headers: fromNodeHeaders(request.headers) })
  if (found === null) return response.status(401).json({})
  response.json(answerFor(found.user.id))
})
app.get('/hello', (_request, response) => response.json({}))

const email = (index) => `bench-${index}@example.com`
const signUp = (index) => {
  const body = { email: email(index), name: `Bench ${index}`, password }
  return auth.api.signUpEmail({ body, asResponse: true })
}

async function makePlan() {
  if (role === 'start') return openPlan('/hello')
  const answers = await eachInTurn(signUp)
  const cookies = answers.map(({ headers }) =>
    headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; '),
  )
  if (role !== 'login' && role !== 'flood') return cookiePlan(cookies)
  const names = Array.from({ length: clients }, (_, index) => email(index))
  const origin = { Origin: 'http://127.0.0.1' }
  const plan = loginPlan(names, { email: '$TOKEN', password }, '/api/auth/sign-in/email', origin)
  return { ...plan, guard: cookiePlan(cookies.slice(0, 1)) }
}

listen(app, await makePlan())
