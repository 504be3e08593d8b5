// Log in, refresh, log out, a guarded route, and sessions in Redis. README.md has the story.
import { createAuth } from 'countersign'
import { authRouter, requireAuth } from 'countersign/express'
import express from 'express'
import { config } from './config.mjs'

const auth = await startAuth()
const app = express()

// POST /auth/register, /auth/login, /auth/refresh-token, /auth/logout and more.
app.use('/auth', authRouter(auth))

app.get('/protected', requireAuth(auth), (request, response) => {
  response.json({ user: request.auth.sub, session: request.auth.sid })
})

// For a load balancer: what is wrong with Redis, the database or the clock.
app.get('/readyz', async (_request, response) => {
  const health = await auth.health()
  response.status(health.ready ? 200 : 503).json(health)
})

app.use((_request, response) => {
  response.status(404).json({ error: 'There is nothing here.' })
})

const server = app.listen(config.port, '127.0.0.1', (error) => {
  if (error) throw error
  console.log(`http://127.0.0.1:${server.address().port}`)
})

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close(() => auth.close())
    server.closeIdleConnections()
  })
}

async function startAuth() {
  const { redisUrl, accessToken, session } = config
  try {
    // An application in production may leave `requireStoreAtStart` out: it starts, and waits for Redis.
    return await createAuth({ redis: redisUrl, requireStoreAtStart: true, accessToken, session })
  } catch (error) {
    console.error(error.message)
    console.error(
      'This example needs a Redis 7 or later. Start one, in a terminal of its own, with',
    )
    console.error('  redis-server')
    console.error('or name one: REDIS_URL=redis://HOST:PORT npm run example:express-redis')
    process.exit(1)
  }
}
