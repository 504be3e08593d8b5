// The load: keep-alive sockets with one request in flight each, written and read by hand, because the
// client of node:http costs more than the servers that are measured. A process of its own.
//
// Reads a plan from the file that its argument names:
// { url, connections, seconds, polls?, requests?, request: { method, path, headers, body }, tokens, inTurn,
// next }.
// A connection has the token of its number; with `inTurn` it takes for each request that which nobody
// has used for longest. $TOKEN in the request stands for it. `next` is a pattern that finds the next
// token in the answer. At the end answers in flight are awaited, and the tokens that are good then are
// given back in the order in which they would have been used, so that no later round presents a spent one.
//
// With `polls` it never sleeps. One that waits for answers has to be woken by them, and the server pays for
// that: the slower it is the more often, so that a little more work looks like a lot more. Clients elsewhere do not
// cost a server that. It gives way to whatever else wants its core.
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setPriority } from 'node:os'
import { messageOf } from './http-socket.mjs'

const plan = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const { hostname, port } = new URL(plan.url)
const next = plan.next === undefined ? undefined : new RegExp(plan.next)
const tokens = plan.tokens ?? []
const mostRequests = plan.requests ?? Number.POSITIVE_INFINITY
/** Places of the tokens that no connection has, that which was not used for longest in front. */
const idle = tokens.map((_, place) => place).slice(plan.connections)
const times = []
const failures = {}
let counted = 0
let sent = 0
let open = plan.connections
let isOver = false

/** One for all: what is in it is taken before the next socket is read. */
const buffer = Buffer.alloc(65_536)

function drive(index) {
  const onread = { buffer, callback: onBytes }
  const socket = connect({ host: hostname, port: Number(port), noDelay: true, onread })
  let place = index % tokens.length
  let message = messageOf(plan, tokens[place] ?? '')
  let received = ''
  let expected = -1
  let sentAt = 0
  function onBytes(length) {
    received += buffer.latin1Slice(0, length)
    if (expected === -1) expected = answerLength(received)
    if (isWhole(received, expected)) onAnswer()
    return true
  }
  const send = () => {
    sent += 1
    sentAt = performance.now()
    socket.write(message, 'latin1')
  }
  const onAnswer = () => {
    times.push(performance.now() - sentAt)
    const status = received.slice(9, 12)
    if (status !== '200' && status !== '204') failures[status] = (failures[status] ?? 0) + 1
    const found = next?.exec(received)
    if (found) tokens[place] = found[1]
    if (plan.inTurn) {
      idle.push(place)
      place = idle.shift()
    }
    if (found || plan.inTurn) message = messageOf(plan, tokens[place])
    received = ''
    expected = -1
    if (!isOver && sent < mostRequests) return send()
    socket.destroy()
    end()
  }
  socket.on('connect', send)
  socket.on('error', (error) => {
    failures[error.code] = (failures[error.code] ?? 0) + 1
    end()
  })
}

const chunked = -2

function answerLength(received) {
  const headEnd = received.indexOf('\r\n\r\n')
  if (headEnd === -1) return -1
  const length = /content-length: (\d+)/i.exec(received)
  if (length) return headEnd + 4 + Number(length[1])
  return /transfer-encoding: chunked/i.test(received) ? chunked : headEnd + 4
}

const isWhole = (received, expected) =>
  expected === chunked
    ? received.endsWith('\r\n0\r\n\r\n')
    : expected >= 0 && received.length >= expected

function end() {
  open -= 1
  if (open === 0) finish()
}

function finish() {
  clearTimeout(timer)
  seconds ||= elapsed()
  // Without one that was in time, the late ones tell more than nothing.
  const sorted = Float64Array.from(counted > 0 ? times.slice(0, counted) : times).sort()
  const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]
  const answered = sorted.length
  const latency = { p50: at(0.5), p99: at(0.99) }
  const inUse = tokens.filter((_, place) => !idle.includes(place))
  const ordered = plan.inTurn ? [...idle.map((place) => tokens[place]), ...inUse] : tokens
  console.log(JSON.stringify({ answered, failures, seconds, latency, tokens: ordered }))
}

// With something to do at once, the event loop asks for what has come and does not wait for it.
function poll() {
  if (!isOver) setImmediate(poll)
}

const startedAt = performance.now()
const elapsed = () => (performance.now() - startedAt) / 1000
let seconds = 0
for (let index = 0; index < plan.connections; index += 1) drive(index)
if (plan.polls) {
  setPriority(19)
  poll()
}
const timer = setTimeout(() => {
  seconds = elapsed()
  counted = times.length
  isOver = true
}, plan.seconds * 1000)
