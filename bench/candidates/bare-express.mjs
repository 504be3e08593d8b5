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
  variant,
} from './announce.mjs'

/** Of an access token of Countersign with one role. */
const tokenBytes = 330
const app = express()

if (variant === 'middleware') {
  const claims = Object.freeze({ sub: accountId(0) })
  const setAuth = (request, _response, next) => {
    request.auth = claims
    next()
  }
  app.get('/protected', setAuth, (request, response) => response.json(answerFor(request.auth.sub)))
  const tokenOf = () => randomBytes(tokenBytes).toString('base64url')
  listen(app, bearerPlan(Array.from({ length: clients }, tokenOf)))
} else {
  app.get('/protected', (_request, response) => response.json(answerFor(accountId(0))))
  listen(app, openPlan('/protected'))
}
