// Express with a middleware that verifies JWTs: passport-jwt and express-jwt with an HS256 key as
// KeyObject, express-oauth2-jwt-bearer with RS256 and keys that it fetches, as an issuer has them.
import { createSecretKey, generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import express from 'express'
import jwt from 'jsonwebtoken'
import {
  accountId,
  answerFor,
  bearerPlan,
  each,
  listen,
  openPlan,
  role,
  variant,
} from './announce.mjs'

const secret = createSecretKey(Buffer.from('an access secret of thirty-two bytes or more'))
const issuer = 'https://id.example/'
const audience = 'https://api.example'

const middleware = {
  async 'passport-jwt'() {
    const [{ default: passport }, { ExtractJwt, Strategy }] = await Promise.all([
      import('passport'),
      import('passport-jwt').then(({ default: module }) => module),
    ])
    const jwtFromRequest = ExtractJwt.fromAuthHeaderAsBearerToken()
    const options = { jwtFromRequest, secretOrKey: secret, algorithms: ['HS256'] }
    passport.use(new Strategy(options, (payload, done) => done(null, payload)))
    const guard = passport.authenticate('jwt', { session: false })
    return { guard, idOf: (request) => request.user.sub, key: secret, algorithm: 'HS256' }
  },
  async 'express-jwt'() {
    const { expressjwt } = await import('express-jwt')
    const guard = expressjwt({ secret, algorithms: ['HS256'] })
    return { guard, idOf: (request) => request.auth.sub, key: secret, algorithm: 'HS256' }
  },
  async 'express-oauth2-jwt-bearer'() {
    const { auth } = await import('express-oauth2-jwt-bearer')
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'bench', use: 'sig', alg: 'RS256' }
    const keys = createServer((_request, response) => {
      response.setHeader('Content-Type', 'application/json')
      response.end(JSON.stringify({ keys: [jwk] }))
    })
    await new Promise((resolve) => keys.listen(0, '127.0.0.1', resolve))
    const jwksUri = `http://127.0.0.1:${keys.address().port}/jwks.json`
    const guard = auth({ issuer, audience, jwksUri, tokenSigningAlg: 'RS256' })
    const idOf = (request) => request.auth.payload.sub
    return { guard, idOf, key: privateKey, algorithm: 'RS256' }
  },
}

const { guard, idOf, key, algorithm } = await middleware[variant]()
const app = express()
app.get('/protected', guard, (request, response) => response.json(answerFor(idOf(request))))
app.get('/hello', (_request, response) => response.json({}))

const sign = (subject) =>
  jwt.sign({}, key, { algorithm, subject, issuer, audience, expiresIn: '15m', keyid: 'bench' })
const tokens = role === 'start' ? [] : await each(async (index) => sign(accountId(index)))
listen(app, role === 'start' ? openPlan('/hello') : bearerPlan(tokens))
