/** The routes and a guarded one on Fastify, beside parsers of the application's own. */

import { type FastifyInstance, fastify } from 'fastify'
import { onTestFinished } from 'vitest'
import type { Auth } from '../../src/auth.ts'
import { authPlugin, requireAuth } from '../../src/fastify/index.ts'

/** Listens on a free port of this machine for one test. @returns the base URL. */
export async function listenFastify(app: FastifyInstance): Promise<string> {
  // Connections that the tests keep alive would hold up the end.
  onTestFinished(async () => {
    app.server.closeAllConnections()
    await app.close()
  })
  return app.listen({ port: 0, host: '127.0.0.1' })
}

export function serveFastify(auth: Auth): Promise<string> {
  const app = fastify()
  app.addContentTypeParser('text/plain', { parseAs: 'string' }, (_request, text, done) =>
    done(null, text),
  )
  app.register(authPlugin(auth))
  app.get('/protected', { onRequest: requireAuth(auth) }, (request, reply) => {
    reply.send({ user: request.auth.sub })
  })
  return listenFastify(app)
}
