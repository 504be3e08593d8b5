// One keep-alive connection that is asked one thing after the other, for clients that watch the time
// of every answer.
import { connect } from 'node:net'

/** @returns { ask(message) → { status, text, milliseconds }, close(), isClosed() } when connected. */
export function openSocket(url) {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  socket.setEncoding('latin1')
  let waiting
  let text = ''
  let sentAt = 0
  socket.on('data', (chunk) => {
    text += chunk
    if (!isWhole(text)) return
    const answer = {
      status: Number(text.slice(9, 12)),
      text,
      milliseconds: performance.now() - sentAt,
    }
    text = ''
    waiting?.resolve(answer)
  })
  const fail = (error) => waiting?.reject(error ?? new Error('the connection was closed'))
  socket.on('error', fail)
  socket.on('close', () => fail())
  const ask = (message) =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject }
      sentAt = performance.now()
      socket.write(message, 'latin1')
    })
  return new Promise((resolve, reject) => {
    socket.once('connect', () =>
      resolve({ ask, close: () => socket.destroy(), isClosed: () => !socket.writable }),
    )
    socket.once('error', reject)
  })
}

function isWhole(text) {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd === -1) return false
  const length = /content-length: (\d+)/i.exec(text.slice(0, headEnd))
  if (length) return text.length >= headEnd + 4 + Number(length[1])
  return !/transfer-encoding: chunked/i.test(text) || text.endsWith('\r\n0\r\n\r\n')
}

/** The text of a request of a plan, with a token filled in. */
export function messageOf(
  { url, request: { method = 'GET', path, headers = {}, body = '' } },
  token,
) {
  const filled = (value) => value.replaceAll('$TOKEN', token)
  const content = filled(body)
  const all = { Host: new URL(url).host, ...headers }
  if (method !== 'GET') all['Content-Length'] = String(Buffer.byteLength(content))
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${filled(value)}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${content}`
}
