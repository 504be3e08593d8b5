// Express with express-session and connect-redis: every request reads its session from Redis.
import { once } from 'node:events'
import { RedisStore } from 'connect-redis'
import express from 'express'
import session from 'express-session'
import { createClient } from 'redis'
import {
  accountId,
  answerFor,
  cookiePlan,
  eachInTurn,
  listen,
  openPlan,
  role,
} from './announce.mjs'

const client = await createClient({ url: process.env.REDIS_URL }).connect()
const app = express()
app.use(
  session({
    store: new RedisStore({ client }),
    secret: 'a session secret of thirty-two bytes or more',
    resave: false,
    saveUninitialized: false,
    cookie: { maxAge: 7 * 86_400_000 },
  }),
)
app.get('/login/:id', (request, response) => {
  request.session.user = request.params.id
  response.json({})
})
app.get('/protected', (request, response) => {
  if (!request.session.user) return response.status(401).json({})
  response.json(answerFor(request.session.user))
})
app.get('/hello', (_request, response) => response.json({}))

// It makes a session only in answer to a request.
const maker = app.listen(0, '127.0.0.1')
await once(maker, 'listening')
const cookieOf = async (index) => {
  const url = `http://127.0.0.1:${maker.address().port}/login/${accountId(index)}`
  const [cookie] = (await fetch(url)).headers.getSetCookie()
  return cookie.split(';')[0]
}
if (role === 'start') listen(app, openPlan('/hello'))
else listen(app, cookiePlan(await eachInTurn(cookieOf)))
