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
let underWay = 0
let isOver = false

function open() {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  socket.setEncoding('latin1')
  socket.on('error', () => {})
  return socket
}

function ask(due) {
  underWay += 1
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
    if (!text.startsWith('HTTP/1.1 200 ')) throw new Error(`not answered 200: ${text}`)
    times.push(performance.now() - due)
    socket.off('data', onData).off('close', onClose)
    idle.push(socket)
    underWay -= 1
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
  for (; due <= now && !isOver; due += between) ask(due)
  if (!isOver || underWay > 0) return setTimeout(tick, 1)
  console.log(JSON.stringify(times))
  for (const socket of idle) socket.destroy()
}

process.stdin.on('end', () => {
  isOver = true
})
process.stdin.resume()
tick()
