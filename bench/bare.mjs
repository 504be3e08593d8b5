// The yardstick: a bare node:http server that answers what GET /protected answers, to anybody.
import { createServer } from 'node:http'

const body = JSON.stringify({ user: '01990000-0000-7000-8000-000000000000' })

const server = createServer((_request, response) => {
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    'Content-Length': Buffer.byteLength(body),
  })
  response.end(body)
})

server.listen({ host: '127.0.0.1', port: 0 }, () => {
  console.log(`bare listens on http://127.0.0.1:${server.address().port}`)
})
