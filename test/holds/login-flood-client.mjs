/**
 * Floods a server with log-ins, as a process of its own so that it takes no time from whoever watches.
 *
 * Arguments: URL, how many clients, for how many milliseconds. Every client has a connection, sends one
 * log-in, waits as long as Retry-After says when it is refused, and tries again. All begin together.
 * Prints one JSON line: an array of [status, Retry-After].
 */

import { connect } from 'node:net'

const [, , url, clients, duration] = process.argv
const { hostname, port } = new URL(url)
const body = JSON.stringify({ username: 'ada', password: 'correct horse battery' })
const message = [
  'POST /auth/login HTTP/1.1',
  `Host: ${hostname}`,
  'Content-Type: application/json',
  `Content-Length: ${body.length}`,
  '',
  body,
].join('\r\n')

const answers = []
const end = performance.now() + Number(duration)
const open = () =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => resolve(socket))
    socket.setNoDelay(true).once('error', reject)
  })

/** @returns the head and the body of one answer. */
function ask(socket) {
  return new Promise((resolve, reject) => {
    let text = ''
    const onData = (chunk) => {
      text += chunk.toString('latin1')
      const head = text.indexOf('\r\n\r\n')
      const length = /content-length: (\d+)/i.exec(text)?.[1]
      if (head < 0 || text.length < head + 4 + Number(length)) return
      socket.off('data', onData)
      resolve(text)
    }
    socket.on('data', onData).once('close', () => reject(new Error(`closed after: ${text}`)))
    socket.write(message)
  })
}

async function client(socket) {
  do {
    const answer = await ask(socket)
    const status = Number(answer.slice(9, 12))
    const retryAfter = Number(/retry-after: (\d+)/i.exec(answer)?.[1] ?? 0)
    answers.push([status, retryAfter])
    if (status === 200) return
    await new Promise((resolve) => setTimeout(resolve, retryAfter * 1000))
  } while (performance.now() < end)
}

const sockets = await Promise.all(Array.from({ length: Number(clients) }, open))
await Promise.all(sockets.map(client))
for (const socket of sockets) socket.destroy()
process.stdout.write(JSON.stringify(answers))
