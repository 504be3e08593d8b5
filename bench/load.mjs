// The load: keep-alive sockets with one request in flight each, written and read by hand, because
// the client of node:http costs more than the servers that are measured.
//
// Run by processes.mjs with a plan: { url, path, connections, seconds, headers, refreshTokens }.
// With refreshTokens every connection exchanges its token, again and again, for the next one.
import { connect } from 'node:net'

const plan = JSON.parse(process.argv[2])
const { hostname, port } = new URL(plan.url)
const plain = request('GET', plan.headers ?? {}, '')
let answered = 0
let failed = 0
let isOver = false

function request(method, headers, body) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${plan.path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n${lines.join('')}\r\n${body}`
}

function refreshRequest(refreshToken) {
  const body = JSON.stringify({ refreshToken })
  const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length }
  return request('POST', headers, body)
}

function drive(refreshToken) {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  let received = ''
  let expected = 0
  let next = refreshToken === undefined ? plain : refreshRequest(refreshToken)
  const onAnswer = () => {
    if (received.startsWith('HTTP/1.1 200 ')) answered += 1
    else failed += 1
    if (refreshToken !== undefined) {
      next = refreshRequest(/"refreshToken":"([^"]+)"/.exec(received)?.[1])
    }
    received = ''
    expected = 0
    if (isOver) socket.destroy()
    else socket.write(next, 'latin1')
  }
  socket.setEncoding('latin1')
  socket.on('connect', () => socket.write(next, 'latin1'))
  socket.on('data', (chunk) => {
    received += chunk
    if (expected === 0) expected = answerLength(received)
    if (expected > 0 && received.length >= expected) onAnswer()
  })
  socket.on('error', () => {
    failed += 1
  })
}

function answerLength(received) {
  const end = received.indexOf('\r\n\r\n')
  if (end === -1) return 0
  return end + 4 + Number(/content-length: (\d+)/i.exec(received)?.[1] ?? 0)
}

const startedAt = performance.now()
for (let index = 0; index < plan.connections; index += 1) drive(plan.refreshTokens?.[index])
setTimeout(() => {
  const seconds = (performance.now() - startedAt) / 1000
  console.log(JSON.stringify({ answered, failed, seconds }))
  isOver = true
}, plan.seconds * 1000)
