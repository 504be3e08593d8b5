// The limit for those who embed: Express, one route, no authentication.
import express from 'express'
import { accountId, answerFor, listen, openPlan } from './announce.mjs'

const app = express()
app.get('/protected', (_request, response) => response.json(answerFor(accountId(0))))
listen(app, openPlan('/protected'))
