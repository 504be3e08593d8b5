// Pages rendered on the server, forms that work without JavaScript, cookies that the guard renews.
import { createAuth } from 'countersign'
import {
  changePassword,
  logIn,
  logOut,
  register,
  requireAuth,
  returnTarget,
} from 'countersign/express'
import express from 'express'
import { accountPage, errorPage, loginPage, registerPage, styleSheet } from './pages.mjs'

const auth = await createAuth({ cookies: { renewInGuard: true }, loginOnRegister: true })
const guard = requireAuth(auth, {
  loginPage: '/login',
  onRefused: (error, _req, _res, next) => next(error),
})

/** Where a log-in may lead: every page that the guard can send people away from. */
const landingPages = ['/']

const app = express()
app.disable('x-powered-by')
app.use((_req, res, next) => {
  res.set({
    'Content-Security-Policy':
      "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
    // Not `no-referrer`: some browsers would then send `Origin: null` with our own forms.
    'Referrer-Policy': 'same-origin',
    // Every page here is somebody's own, or changes with the log-in.
    'Cache-Control': 'no-store',
  })
  next()
})
app.get('/style.css', (_req, res) => {
  res.set('Cache-Control', 'public, max-age=3600').type('css').send(styleSheet)
})
app.use(express.urlencoded({ extended: false, limit: '16kb' }))

app.get('/register', (_req, res) => res.send(registerPage({})))
app.post('/register', async (req, res) => {
  try {
    await register(auth, req, res, req.body)
    res.redirect(303, '/')
  } catch (error) {
    res.status(statusOf(error)).send(registerPage({ username: req.body?.username, error }))
  }
})

app.get('/login', (req, res) => res.send(loginPage({ returnTo: req.query.returnTo })))
app.post('/login', async (req, res) => {
  try {
    await logIn(auth, req, res, req.body)
    res.redirect(303, returnTarget(req.body.returnTo, landingPages, '/'))
  } catch (error) {
    res.status(statusOf(error)).send(loginPage({ ...req.body, error }))
  }
})
app.post('/logout', async (req, res) => {
  await logOut(auth, req, res)
  res.redirect(303, '/login')
})

app.get('/', guard, (req, res) => showAccount(req, res, { done: req.query.done }))
app.post('/sessions/:id/end', guard, async (req, res) => {
  await auth.sessions.end(req.auth.sub, req.params.id)
  res.redirect(303, '/?done=session')
})
app.post('/password', guard, async (req, res) => {
  try {
    await changePassword(auth, req, res, req.auth, req.body)
    res.redirect(303, '/?done=password')
  } catch (error) {
    await showAccount(req, res.status(statusOf(error)), { error })
  }
})

app.use((_req, res) => res.status(404).send(errorPage('There is no such page.')))
app.use((error, _req, res, _next) => {
  if (statusOf(error) === 500) console.error(error)
  const message = statusOf(error) === 500 ? 'Something went wrong here.' : error.message
  res.status(statusOf(error)).send(errorPage(message))
})

async function showAccount(req, res, props) {
  const [user, sessions] = await Promise.all([
    auth.users.get(req.auth.sub),
    auth.sessions.list(req.auth.sub),
  ])
  res.send(accountPage({ user, sessions, currentId: req.auth.sid, ...props }))
}

function statusOf(error) {
  return Number.isInteger(error.status) ? error.status : 500
}

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', (error) => {
  if (error) throw error
  console.log(`http://localhost:${server.address().port}`)
})
process.once('SIGTERM', () => {
  server.close(() => auth.close())
  server.closeAllConnections()
})
