/** The routes, one guarded route, and one whose guard always asks the stores. */

import express from 'express'
import type { Auth } from '../../src/auth.ts'
import { authRouter, requireAuth } from '../../src/express/index.ts'
import { listen } from './test-server.ts'

export function serveFresh(auth: Auth): Promise<string> {
  const app = express()
  app.use('/auth', authRouter(auth))
  const answer: express.RequestHandler = (request, response) => {
    response.json({ user: request.auth.sub })
  }
  app.get('/protected', requireAuth(auth), answer)
  app.get('/fresh', requireAuth(auth, { fresh: true }), answer)
  return listen(app)
}
