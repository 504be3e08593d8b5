// Express with supertokens-node. Its core is a server in Java with a database; the stub here
// (supertokens-core.mjs, a process of its own on the other core) answers at once and decides nothing,
// so what is measured is an upper bound.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import express from 'express'
import supertokens from 'supertokens-node'
import { errorHandler, middleware } from 'supertokens-node/framework/express/index.js'
import { verifySession } from 'supertokens-node/recipe/session/framework/express/index.js'
import Session from 'supertokens-node/recipe/session/index.js'
import {
  accountId,
  answerFor,
  bearerPlan,
  eachInTurn,
  listen,
  openPlan,
  role,
} from './announce.mjs'

const command = [process.execPath, fileURLToPath(new URL('supertokens-core.mjs', import.meta.url))]
const loadCore = process.env.BENCH_LOAD_CORE
const [program, ...args] = loadCore ? ['taskset', '-c', loadCore, ...command] : command
const core = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
// Closing the channel is how it learns that we have gone.
const coreUrl = await new Promise((resolve) => core.once('message', resolve))

supertokens.init({
  framework: 'express',
  supertokens: { connectionURI: coreUrl },
  appInfo: {
    appName: 'bench',
    apiDomain: 'http://127.0.0.1',
    websiteDomain: 'http://127.0.0.1',
  },
  recipeList: [Session.init({ getTokenTransferMethod: () => 'header' })],
  telemetry: false,
})

const app = express()
app.use(middleware())
app.get('/protected', verifySession(), (request, response) =>
  response.json(answerFor(request.session.getUserId())),
)
app.get('/hello', (_request, response) => response.json({}))
app.use(errorHandler())

async function issue(index) {
  const recipeUserId = supertokens.convertToRecipeUserId(accountId(index))
  const session = await Session.createNewSessionWithoutRequestResponse('public', recipeUserId)
  const { accessToken, refreshToken } = session.getAllSessionTokensDangerously()
  return { accessToken, refreshToken }
}

async function makePlan() {
  if (role === 'start') return openPlan('/hello')
  const sessions = await eachInTurn(issue)
  if (role === 'guard') return bearerPlan(sessions.map(({ accessToken }) => accessToken))
  return {
    request: {
      method: 'POST',
      path: '/auth/session/refresh',
      headers: { Authorization: 'Bearer $TOKEN', 'st-auth-mode': 'header' },
    },
    tokens: sessions.map(({ refreshToken }) => refreshToken),
    next: 'st-refresh-token: ([^\\r]+)',
  }
}

listen(app, await makePlan())
