// The flood: clients that all log in at once, each on a connection of its own, and again when
// Retry-After says so. Every answer is timed from the moment that its request was written.
//
// Run by login-flood.mjs with a plan: { url, path, clients, seconds }. Prints one line of JSON: the
// answers as [status, Retry-After in seconds, milliseconds].
import { connect } from 'node:net'

const { url, path, clients, seconds } = JSON.parse(process.argv[2])
const { hostname, port } = new URL(url)
const answers = []

function messageOf(index) {
  const body = JSON.stringify({ username: `flooded${index}`, password: 'a guess, and a wrong one' })
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}

const open = () =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    socket.once('error', reject).once('connect', () => resolve(socket))
    socket.setEncoding('latin1')
  })

/** Resolves with status and Retry-After of the answer, and how long it took. */
function ask(socket, message) {
  return new Promise((resolve, reject) => {
    let text = ''
    const onClose = () => reject(new Error(`closed after: ${text}`))
    const onData = (chunk) => {
      text += chunk
      const head = text.indexOf('\r\n\r\n')
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)
      if (head < 0 || text.length < head + 4 + length) return
      const milliseconds = performance.now() - written
      socket.off('data', onData).off('close', onClose)
      const retryAfter = Number(/retry-after: (\d+)/i.exec(text)?.[1] ?? 0)
      resolve([Number(text.slice(9, 12)), retryAfter, milliseconds])
    }
    socket.on('data', onData).once('close', onClose)
    const written = performance.now()
    socket.write(message, 'latin1')
  })
}

async function client(first, index) {
  const message = messageOf(index)
  let socket = first
  do {
    // The server closes connections that are idle for as long as some have to wait.
    if (!socket.writable) socket = await open()
    const answer = await ask(socket, message)
    answers.push(answer)
    const [, retryAfter] = answer
    if (performance.now() + retryAfter * 1000 >= end) break
    await new Promise((resolve) => setTimeout(resolve, (retryAfter || 1) * 1000))
  } while (performance.now() < end)
  socket.destroy()
}

const sockets = await Promise.all(Array.from({ length: clients }, open))
// What opening them cost the server is over before the first log-in is sent.
await new Promise((resolve) => setTimeout(resolve, 200))
const end = performance.now() + seconds * 1000
await Promise.all(sockets.map(client))
console.log(JSON.stringify(answers))
