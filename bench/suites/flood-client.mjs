// The flood, for flood.mjs: clients that all log in at once, each on a connection of its own, and
// again when Retry-After says so; one that is in has done. Every answer is timed from the moment that
// its request was written.
//
// Argument: a file with { plan, clients, seconds }. Prints the answers as [status, Retry-After in
// seconds, milliseconds], and how many clients had none when the time was over.
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { messageOf, openSocket } from '../measure/http-socket.mjs'

const { plan, clients, seconds } = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const answers = []
let waiting = 0
let waitingAtEnd = 0

async function client(first, index) {
  const message = messageOf(plan, plan.tokens[index % plan.tokens.length])
  let socket = first
  while (performance.now() < end) {
    // A server closes connections that are idle for as long as some have to wait.
    if (socket.isClosed()) socket = await openSocket(plan.url)
    waiting += 1
    const { status, text, milliseconds } = await socket.ask(message)
    waiting -= 1
    const retryAfter = Number(/retry-after: (\d+)/i.exec(text)?.[1] ?? 0)
    answers.push([status, retryAfter, milliseconds])
    if (status === 200) return
    if (performance.now() + retryAfter * 1000 >= end) return
    await pause((retryAfter || 1) * 1000)
  }
}

const sockets = await Promise.all(Array.from({ length: clients }, () => openSocket(plan.url)))
// What opening them cost the server is over before the first log-in is sent.
await pause(200)
const end = performance.now() + seconds * 1000
const timer = setTimeout(() => {
  waitingAtEnd = waiting
}, seconds * 1000)
// All of them are awaited: else the server would still hash for them while others are measured.
await Promise.all(sockets.map(client))
clearTimeout(timer)
process.stdout.write(JSON.stringify({ answers, waiting: waitingAtEnd }), () => process.exit())
