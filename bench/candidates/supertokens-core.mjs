// Stands for the core of SuperTokens: signs RS256 access tokens as version 5 of its interface has
// them and takes every refresh token for good.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { createServer } from 'node:http'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const kid = 'd-1'
const jwk = { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }
const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
const header = encoded({ kid, version: '5', typ: 'JWT', alg: 'RS256' })
const hour = 3_600_000

function tokensFor(userId) {
  const now = Date.now()
  const iat = Math.floor(now / 1000)
  const handle = randomBytes(16).toString('hex')
  const refreshToken = `${userId}.${randomBytes(48).toString('base64url')}`
  const claims = {
    ...{
      sub: userId,
      rsub: userId,
      tId: 'public',
      iat,
      exp: iat + 3600,
      iss: 'http://127.0.0.1/auth',
    },
    ...{ sessionHandle: handle, refreshTokenHash1: randomBytes(32).toString('hex') },
    ...{ parentRefreshTokenHash1: null, antiCsrfToken: null },
  }
  const input = `${header}.${encoded(claims)}`
  const token = `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`
  const session = { handle, userId, recipeUserId: userId, userDataInJWT: {}, tenantId: 'public' }
  return {
    status: 'OK',
    session,
    accessToken: { token, createdTime: now, expiry: now + hour },
    refreshToken: { token: refreshToken, createdTime: now, expiry: now + 2400 * hour },
  }
}

function answerTo(path, body) {
  if (path.endsWith('/apiversion')) return { versions: ['5.4'] }
  if (path.endsWith('/jwks.json') || path.endsWith('/recipe/jwt/jwks')) return { keys: [jwk] }
  if (path.endsWith('/recipe/session/refresh')) return tokensFor(body.refreshToken.slice(0, 36))
  if (path.endsWith('/recipe/session')) return tokensFor(body.userId)
  if (path.endsWith('/user/id')) return { status: 'UNKNOWN_USER_ID_ERROR' }
  return { status: 'OK' }
}

const server = createServer((request, response) => {
  let text = ''
  request.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  request.on('end', () => {
    const answer = answerTo(request.url.split('?')[0], text === '' ? {} : JSON.parse(text))
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify(answer))
  })
})

server.listen(0, '127.0.0.1', () => process.send(`http://127.0.0.1:${server.address().port}`))
process.once('disconnect', () => process.exit())
