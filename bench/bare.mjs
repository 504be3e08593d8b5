// The yardstick: a bare node:http server that answers what GET /protected answers, to anybody.
import { createServer } from 'node:http'

const body = JSON.stringify({ user: '01990000-0000-7000-8000-000000000000' })

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

server.listen({ host: '127.0.0.1', port: 0 }, () => {
  console.log(`bare listens on http://127.0.0.1:${server.address().port}`)
})
