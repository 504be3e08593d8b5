/** The routes on Fastify 5, as a plugin with body parsing of its own. */

import { Readable } from 'node:stream'
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import type { Auth } from '../auth.ts'
import { AuthError } from '../errors.ts'
import { checkAuth } from '../http/checked-input.ts'
import { corsHeaders } from '../http/cors.ts'
import { problemResponse } from '../http/problem.ts'
import { pathUnder } from '../http/request.ts'
import { withHeaders } from '../http/response.ts'
import { pathOf } from '../node/auth-handler.ts'
import { httpRequest, readBody, readStream } from '../node/request.ts'
import { sendReply } from './send.ts'

/**
 * Makes the plugin that answers everything under `basePath`.
 *
 * ```ts
 * app.register(authPlugin(auth))
 * ```
 *
 * The application's hooks run for the routes too; its body parsers, its body limit and its
 * handler of unknown paths do not. `basePath` is the whole path: where the plugin is registered
 * under a prefix, `basePath` has to begin with it, and the plugin says so at start if it does not.
 */
export function authPlugin(auth: Auth): FastifyPluginCallback {
  checkAuth('authPlugin', auth, 'routes')
  const { settings } = auth.http.core
  const { basePath } = settings

  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const path = pathOf(request.url).slice(basePath.length)
    const body = () =>
      request.body instanceof Readable ? readStream(request.body) : readBody(request.raw)
    const plain = { ...httpRequest(request.raw, path), body }
    const response = await auth.http.handle(plain).catch(problemResponse)
    sendReply(request.raw, reply, response)
  }
  const handler = (request: FastifyRequest, reply: FastifyReply): void => {
    void answer(request, reply)
  }

  const routes: FastifyPluginCallback = (app, _options, done) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload))
    app.all('/*', handler)
    // The bare `basePath`, and methods that Fastify routes for nobody.
    app.setNotFoundHandler(handler)
    app.setErrorHandler<Error & { code?: string }>((error, request, reply) => {
      // A media type that is none is refused before any parser sees it. All other errors are of the
      // application's own hooks, and thrown on they reach its own handler.
      if (error.code !== 'FST_ERR_CTP_INVALID_MEDIA_TYPE') throw error
      // Refused here and not handed to the routes: the application's later hooks have not run.
      const refusal = problemResponse(new AuthError('unsupported_media_type'))
      const cors = corsHeaders(settings, httpRequest(request.raw, ''))
      sendReply(request.raw, reply, withHeaders(refusal, cors))
    })
    done()
  }

  return (app, _options, done) => {
    const prefix = pathUnder(app.prefix, basePath)
    if (prefix === undefined) {
      done(
        new TypeError(
          `authPlugin is registered under '${app.prefix}', and basePath is '${basePath}': ` +
            `it must begin with the prefix, as in createAuth({ basePath: '${app.prefix}/auth' })`,
        ),
      )
      return
    }
    app.register(routes, { prefix })
    done()
  }
}
