// The limit: a bare node:http server that answers what GET /protected answers, to anybody. Log-ins it
// refuses, as a server does that has too many of them.
import { createServer } from 'node:http'
import { accountId, answerFor, listen, loginPlan, openPlan, password, role } from './announce.mjs'

const body = JSON.stringify(answerFor(accountId(0)))

const refusal = JSON.stringify({
  type: 'urn:problem:temporarily-unavailable',
  title: 'Temporarily unavailable; try again.',
  status: 503,
  code: 'temporarily_unavailable',
})

const server = createServer((request, response) => {
  if (request.method === 'POST') {
    request.resume().once('end', () => refuse(response))
    return
  }
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    'Content-Length': Buffer.byteLength(body),
  })
  response.end(body)
})

function refuse(response) {
  response.writeHead(503, {
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
    'Retry-After': String(1 + Math.floor(Math.random() * 3)),
    'Content-Length': Buffer.byteLength(refusal),
  })
  response.end(refusal)
}

const guard = openPlan('/protected')
const logIns = { ...loginPlan(['bench-0'], { username: '$TOKEN', password }), guard }
listen(server, role === 'flood' ? logIns : guard)
