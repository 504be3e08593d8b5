// The limits for those who embed: Express and one route without authentication; and the same with the
// least that a guard can be, a middleware that sets `request.auth` and checks nothing.
import { randomBytes } from 'node:crypto'
import express from 'express'
import {
  accountId,
  answerFor,
  bearerPlan,
  clients,
  listen,
  openPlan,
  role,
  variant,
} from './announce.mjs'

const app = express()
const claims = Object.freeze({ sub: accountId(0) })
/** Of an access token of Countersign with one role. */
const tokenBytes = 330

if (variant === 'middleware') {
  app.get('/protected', (request, _response, next) => {
    request.auth = claims
    next()
  })
}
app.get('/protected', (request, response) =>
  response.json(answerFor(request.auth?.sub ?? accountId(0))),
)

const tokens = Array.from({ length: clients }, () => randomBytes(tokenBytes).toString('base64url'))
const isGuarded = variant === 'middleware' && role === 'guard'
listen(app, isGuarded ? bearerPlan(tokens) : openPlan('/protected'))
