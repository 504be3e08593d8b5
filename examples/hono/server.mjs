// Countersign in a Hono application: the routes under /auth, and one route that needs a log-in.
import { serve } from '@hono/node-server'
import { getConnInfo } from '@hono/node-server/conninfo'
import { createAuth } from 'countersign'
import { authHandler, carryHeaders, requireAuth } from 'countersign/fetch'
import { Hono } from 'hono'

const auth = await createAuth()
const handleAuth = authHandler(auth)

// The guard as Hono middleware: everything behind it finds the claims in `c.var.claims`.
const guard = (requirements) => {
  const verify = requireAuth(auth, requirements)
  return async (c, next) => {
    const { claims, headers, response } = await verify(c.req.raw)
    if (response) return response
    c.set('claims', claims)
    await next()
    c.res = carryHeaders(c.res, headers)
  }
}

const app = new Hono()
app.all('/auth/*', (c) => handleAuth(c.req.raw, { address: getConnInfo(c).remote.address }))
app.get('/protected', guard(), (c) => c.json({ user: c.var.claims.sub }))
app.get('/admin', guard({ roles: ['admin'] }), (c) => c.json({ roles: c.var.claims.roles }))

const port = Number(process.env.PORT ?? 3000)
const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, (listening) => {
  console.log(`Listening on http://127.0.0.1:${listening.port}`)
})

const stop = () => {
  server.close(async () => {
    await auth.close()
  })
  server.closeIdleConnections()
}
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
