// Fastify with @fastify/jwt, HS256.
import fastifyJwt from '@fastify/jwt'
import { fastify } from 'fastify'
import { accountId, announce, answerFor, bearerPlan, each, openPlan, role } from './announce.mjs'

const app = fastify()
app.register(fastifyJwt, { secret: 'an access secret of thirty-two bytes or more' })
app.get('/protected', { onRequest: (request) => request.jwtVerify() }, async (request) =>
  answerFor(request.user.sub),
)
app.get('/hello', async () => ({}))
await app.listen({ host: '127.0.0.1', port: 0 })
const sign = async (index) => app.jwt.sign({ sub: accountId(index) }, { expiresIn: '15m' })
announce(app.server, role === 'start' ? openPlan('/hello') : bearerPlan(await each(sign)))
