// The same on Fastify.
import { fastify } from 'fastify'
import { accountId, announce, answerFor, openPlan } from './announce.mjs'

const app = fastify()
app.get('/protected', async () => answerFor(accountId(0)))
await app.listen({ host: '127.0.0.1', port: 0 })
announce(app.server, openPlan('/protected'))
