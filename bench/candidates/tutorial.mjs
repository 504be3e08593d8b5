// The tutorial way: Express, jsonwebtoken, bcrypt, refresh tokens in Redis, rotated at each use.
// With the secret as a string, as tutorials have it, or as a KeyObject.
import { createSecretKey, randomUUID } from 'node:crypto'
import bcrypt from 'bcrypt'
import express from 'express'
import jwt from 'jsonwebtoken'
import { createClient } from 'redis'
import {
  accountId,
  answerFor,
  bearerPlan,
  each,
  listen,
  loginPlan,
  openPlan,
  password,
  refreshPlan,
  role,
  variant,
} from './announce.mjs'

const secretOf = (text) => (variant === 'key' ? createSecretKey(Buffer.from(text)) : text)
const accessSecret = secretOf('an access secret of thirty-two bytes or more')
const refreshSecret = secretOf('a refresh secret of thirty-two bytes or more')
const redis = await createClient({ url: process.env.REDIS_URL }).connect()
const week = 7 * 86_400
const users = new Map()

async function issue(id) {
  const accessToken = jwt.sign({ id }, accessSecret, { expiresIn: '15m' })
  const refreshToken = jwt.sign({ id, jti: randomUUID() }, refreshSecret, { expiresIn: '7d' })
  await redis.set(`refresh:${refreshToken}`, id, { EX: week })
  return { accessToken, refreshToken }
}

const app = express()
app.use(express.json())

app.post('/auth/login', async (request, response) => {
  const user = users.get(request.body.username)
  if (!user || !(await bcrypt.compare(request.body.password, user.hash))) {
    return response.status(401).json({ error: 'wrong name or password' })
  }
  response.json(await issue(user.id))
})

app.post('/auth/refresh-token', async (request, response) => {
  const { refreshToken } = request.body
  try {
    const { id } = jwt.verify(refreshToken, refreshSecret)
    const known = await redis.getDel(`refresh:${refreshToken}`)
    if (known !== id) return response.status(401).json({ error: 'unknown refresh token' })
    response.json(await issue(id))
  } catch {
    response.status(401).json({ error: 'invalid refresh token' })
  }
})

function authenticate(request, response, next) {
  const token = request.headers.authorization?.split(' ')[1]
  if (!token) return response.status(401).json({ error: 'no token' })
  jwt.verify(token, accessSecret, (error, payload) => {
    if (error) return response.status(403).json({ error: 'invalid token' })
    request.user = payload
    next()
  })
}

app.get('/protected', authenticate, (request, response) =>
  response.json(answerFor(request.user.id)),
)
app.get('/hello', (_request, response) => response.json({}))

async function makePlan() {
  if (role === 'start') return openPlan('/hello')
  if (role === 'login' || role === 'flood') {
    const hash = await bcrypt.hash(password, 10)
    const names = await each(async (index) => `bench-${index}`)
    for (const [index, name] of names.entries()) users.set(name, { id: accountId(index), hash })
    const { accessToken } = await issue(accountId(0))
    const plan = loginPlan(names, { username: '$TOKEN', password })
    return { ...plan, guard: bearerPlan([accessToken]) }
  }
  const issued = await each((index) => issue(accountId(index)))
  if (role === 'refresh') return refreshPlan(issued.map(({ refreshToken }) => refreshToken))
  return bearerPlan(issued.map(({ accessToken }) => accessToken))
}

listen(app, await makePlan())
