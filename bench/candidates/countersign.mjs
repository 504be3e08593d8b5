// Countersign embedded: Express, Fastify or node:http, with the store that the environment names,
// or in memory. The revocation feed is followed, as always.
import { createServer } from 'node:http'
import { createAuth } from '../../dist/index.js'
import { openMemoryStores } from '../../dist/stores/memory/index.js'
import {
  announce,
  answerFor,
  bearerPlan,
  clients,
  eachInTurn,
  listen,
  loginPlan,
  openPlan,
  password,
  refreshPlan,
  role,
  variant,
} from './announce.mjs'

const [framework, store] = variant.split('-')
const minutes = (count) => count * 60_000
const lifetimes = {
  accessLifetime: minutes(15),
  inactivityTimeout: minutes(7 * 1440),
  absoluteLifetime: minutes(30 * 1440),
}
const auth = await createAuth({
  session: { limit: 'off' },
  limits: { login: 'off', register: 'off' },
  ...(store === 'memory'
    ? { stores: await openMemoryStores({ clock: Date.now, ...lifetimes }) }
    : {}),
})
const plan = await makePlan()

async function makePlan() {
  if (role === 'start') return openPlan('/hello')
  const username = (index) => `bench-${index}`
  const isLogin = role === 'login' || role === 'flood'
  const accounts = isLogin ? clients : 1
  for (let index = 0; index < accounts; index += 1) {
    await auth.register({ username: username(index), password })
  }
  if (isLogin) {
    const names = Array.from({ length: clients }, (_, index) => username(index))
    const { session } = await auth.login({ username: username(0), password })
    const plan = loginPlan(names, { username: '$TOKEN', password })
    return { ...plan, guard: bearerPlan([session.accessToken]) }
  }
  const loggedIn = await eachInTurn(() => auth.login({ username: username(0), password }))
  if (role === 'refresh') return refreshPlan(loggedIn.map(({ session }) => session.refreshToken))
  return bearerPlan(loggedIn.map(({ session }) => session.accessToken))
}

async function serveExpress() {
  const [{ default: express }, { authRouter, requireAuth }] = await Promise.all([
    import('express'),
    import('../../dist/express/index.js'),
  ])
  const app = express()
  app.use('/auth', authRouter(auth))
  app.get('/protected', requireAuth(auth), (request, response) =>
    response.json(answerFor(request.auth.sub)),
  )
  app.get('/hello', (_request, response) => response.json({}))
  listen(app, plan)
}

async function serveFastify() {
  const [{ fastify }, { authPlugin, requireAuth }] = await Promise.all([
    import('fastify'),
    import('../../dist/fastify/index.js'),
  ])
  const app = fastify()
  app.register(authPlugin(auth))
  app.get('/protected', { onRequest: requireAuth(auth) }, async (request) =>
    answerFor(request.auth.sub),
  )
  app.get('/hello', async () => ({}))
  await app.listen({ host: '127.0.0.1', port: 0 })
  announce(app.server, plan)
}

async function serveNode() {
  const { authHandler, requireAuth } = await import('../../dist/node/index.js')
  const handleAuth = authHandler(auth)
  const guard = requireAuth(auth)
  const server = createServer(async (request, response) => {
    if (handleAuth(request, response)) return
    const claims = request.url === '/hello' ? { sub: '' } : await guard(request, response)
    if (!claims) return
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify(answerFor(claims.sub)))
  })
  listen(server, plan)
}

await { express: serveExpress, fastify: serveFastify, node: serveNode }[framework]()
