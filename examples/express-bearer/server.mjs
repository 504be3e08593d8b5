// The application of many a tutorial: notes, bearer tokens, an administrator. README.md has the story.
import { randomUUID } from 'node:crypto'
import { createAuth } from 'countersign'
import { authRouter, requireAuth, requireOwner } from 'countersign/express'
import express from 'express'

const auth = await createAuth()
const app = express()

// POST /auth/register, /auth/login, /auth/refresh-token, /auth/logout and more.
app.use('/auth', authRouter(auth))
app.use(express.json({ limit: '16kb' }))

// Any account.
app.get('/me', requireAuth(auth), async (request, response) => {
  response.json({ user: await auth.users.get(request.auth.sub) })
})

// An administrator.
app.get('/users', requireAuth(auth, { roles: ['admin'] }), async (request, response) => {
  const { after } = request.query
  response.json({ users: await auth.users.list(typeof after === 'string' ? { after } : {}) })
})

// The owner. Yours would be in a database; what matters is that `owner` is the token's `sub`.
const notes = new Map()

app.post('/notes', requireAuth(auth), (request, response) => {
  const text = request.body?.text
  if (typeof text !== 'string' || text === '' || text.length > 1000) {
    response.status(400).json({ error: 'text must be a string of 1 to 1000 characters' })
    return
  }
  const note = { id: randomUUID(), owner: request.auth.sub, text }
  notes.set(note.id, note)
  response.status(201).json({ note })
})

const ownerOfNote = (request) => notes.get(request.params.id)?.owner

// A note that is not there is 403 as well, so nobody learns which ids exist.
app.get('/notes/:id', requireOwner(auth, ownerOfNote), (request, response) => {
  response.json({ note: notes.get(request.params.id) })
})

app.delete('/notes/:id', requireOwner(auth, ownerOfNote), (request, response) => {
  notes.delete(request.params.id)
  response.sendStatus(204)
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
    server.close(() => auth.close())
    server.closeIdleConnections()
  })
}
