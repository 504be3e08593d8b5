// Clients of a guarded route who notice what else a server does, for flood.mjs: requests at a steady
// pace, each timed from the moment that it was due, so that a pause counts against all who would have
// come in it. A request that finds no idle connection opens one more.
//
// Argument: a file with { plan, perSecond }. Prints the times in milliseconds when stdin ends.
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { messageOf } from '../measure/http-socket.mjs'

const { plan, perSecond } = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const { hostname, port } = new URL(plan.url)
const message = messageOf(plan, plan.tokens[0] ?? '')
const between = 1000 / perSecond
const idle = []
const times = []
/** When those were due that have no answer yet. */
const underWay = new Set()
/** So long after the end answers are awaited; whoever has none then has waited that long at least. */
const graceMilliseconds = 10_000
let overAt = Number.POSITIVE_INFINITY

function open() {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  socket.setEncoding('latin1')
  socket.on('error', () => {})
  return socket
}

function ask(due) {
  underWay.add(due)
  sendOn(usable() ?? open(), due)
}

function sendOn(socket, due) {
  let text = ''
  // A server may close a connection just as it is used again; whoever calls tries once more.
  const onClose = () => sendOn(open(), due)
  const onData = (chunk) => {
    text += chunk
    const head = text.indexOf('\r\n\r\n')
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)
    if (head < 0 || text.length < head + 4 + length) return
    // To a connection that the server could not attend to in time; it is closed, and asked again.
    if (text.startsWith('HTTP/1.1 408 ')) return
    if (!text.startsWith('HTTP/1.1 200 ')) throw new Error(`not answered 200: ${text}`)
    times.push(performance.now() - due)
    socket.off('data', onData).off('close', onClose)
    idle.push(socket)
    underWay.delete(due)
  }
  socket.on('data', onData).once('close', onClose)
  socket.write(message, 'latin1')
}

// The one that was used last: the others may have been closed for being idle.
function usable() {
  const socket = idle.pop()
  return socket?.writable ? socket : undefined
}

let due = performance.now()

function tick() {
  const now = performance.now()
  for (; due <= now && now < overAt; due += between) ask(due)
  if (now < overAt || (underWay.size > 0 && now < overAt + graceMilliseconds)) {
    return setTimeout(tick, 1)
  }
  for (const missed of underWay) times.push(now - missed)
  process.stdout.write(JSON.stringify(times), () => process.exit())
}

process.stdin.on('end', () => {
  overAt = performance.now()
})
process.stdin.resume()
tick()
