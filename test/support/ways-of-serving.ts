/** Every way to serve the routes beside one guarded route, `/protected`. */

import express5 from 'express'
import express4 from 'express4'
import type { Auth } from '../../src/auth.ts'
import { authRouter, requireAuth } from '../../src/express/index.ts'
import { createRoutes } from '../../src/server/routes.ts'
import { serveFastify } from './serve-fastify.ts'
import { serveFetch, serveHono } from './serve-fetch.ts'
import { listen, serveNode } from './test-server.ts'

type Express = typeof express5

function serveExpress(express: Express, parseFirst: boolean) {
  return (auth: Auth): Promise<string> => {
    const app = express()
    if (parseFirst) app.use(express.json())
    app.use('/auth', authRouter(auth))
    if (!parseFirst) app.use(express.json())
    app.get('/protected', requireAuth(auth), (request, response) => {
      response.json({ user: request.auth.sub })
    })
    return listen(app)
  }
}

export const waysOfServing: readonly (readonly [string, (auth: Auth) => Promise<string>])[] = [
  ['node:http', serveNode],
  ['Express 5, router before express.json()', serveExpress(express5, false)],
  ['Express 5, router after express.json()', serveExpress(express5, true)],
  ['Express 4, router before express.json()', serveExpress(express4 as Express, false)],
  ['Express 4, router after express.json()', serveExpress(express4 as Express, true)],
  ['Fastify 5', serveFastify],
  ['fetch, bare Request', serveFetch],
  ['Hono on @hono/node-server', serveHono],
  [
    'the standalone server',
    (auth) => {
      const props = { version: '0.0.0', production: false, phase: () => 'serving' as const }
      return listen(createRoutes(auth, props).handle)
    },
  ],
]
