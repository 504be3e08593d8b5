// The tutorial's application on Mongoose, with Countersign in place of its own log-in. README.md has the story.
import { createAuth } from 'countersign'
import { authRouter, requireAuth } from 'countersign/express'
import express from 'express'
import mongoose from 'mongoose'
import { User } from './user.mjs'

if (!process.env.MONGODB_URL) {
  console.error('Set MONGODB_URL, for instance to mongodb://127.0.0.1:27017/tutorial.')
  console.error('Without a server: docker run --rm -p 127.0.0.1:27017:27017 mongo')
  process.exit(1)
}
try {
  await mongoose.connect(process.env.MONGODB_URL, { serverSelectionTimeoutMS: 5000 })
} catch {
  // The driver's own sentence may hold the address with its password.
  console.error('No MongoDB server answers at MONGODB_URL.')
  process.exit(1)
}

const auth = await createAuth({
  // The connection that the application has; Countersign's collections begin with countersign_.
  database: mongoose.connection,
  account: { username: 'off', email: 'required' },
  basePath: '/api/auth',
  // Asked for whoever is not known yet: at a log-in the old hash is verified and the account taken over.
  legacyUsers: {
    async find(identifier) {
      const user = await User.findOne({ email: { $eq: identifier.toLowerCase() } }).lean()
      if (user === null) return undefined
      const { _id: id, name, email, password: passwordHash, role } = user
      return { id, name, email, passwordHash, roles: role === 'admin' ? ['admin'] : [] }
    },
  },
})
const app = express()

// POST /api/auth/register, /login, /refresh-token, /logout and more.
app.use('/api/auth', authRouter(auth))
app.use(express.json({ limit: '16kb' }))

// Any account: the document of the tutorial's model too, where the account came from there.
app.get('/api/me', requireAuth(auth), async (request, response) => {
  const user = await auth.users.get(request.auth.sub)
  const document = user.externalId && (await User.findById(user.externalId, '-password').lean())
  response.json({ user, document: document || null })
})

// An administrator.
app.get('/api/users', requireAuth(auth, { roles: ['admin'] }), async (_request, response) => {
  response.json({ users: await User.find({}, '-password').limit(100).lean() })
})

app.use((_request, response) => {
  response.status(404).json({ error: 'There is nothing here.' })
})

// Four arguments make it Express's error handler. A mistake of the client says so, others say nothing.
app.use((error, _request, response, _next) => {
  const status = error.status >= 400 && error.status < 500 ? error.status : 500
  if (status === 500) console.error(error)
  response.status(status).json({ error: status === 500 ? 'Something went wrong.' : error.message })
})

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', (error) => {
  if (error) throw error
  console.log(`http://127.0.0.1:${server.address().port}`)
})

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close(async () => {
      await auth.close()
      await mongoose.disconnect()
    })
    server.closeIdleConnections()
  })
}
