/** Bytes on a socket, as no HTTP library would send them, and the answers taken apart again. */

import { connect, type Socket } from 'node:net'

export interface RawAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

export interface Exchange {
  readonly answers: readonly RawAnswer[]
  /** What is left when the answers are taken away: '' unless the last one broke off. */
  readonly rest: string
  /** True when the server closed the connection. */
  readonly closed: boolean
  /** Milliseconds until the first byte of an answer; undefined when there was none. */
  readonly firstByteMs: number | undefined
}

export function openSocket(url: string): Socket {
  const { hostname, port } = new URL(url)
  const socket = connect({ port: Number(port), host: hostname, noDelay: true })
  // A reset is one of the ways in which a server ends such a conversation.
  return socket.on('error', () => undefined)
}

export interface Conversation {
  /** Milliseconds without a byte after which nothing more is expected. @default 10000 */
  readonly quietMs?: number
  /** Leaves without a word after the last piece. @default false */
  readonly aborts?: boolean
}

/** Sends pieces one after the other and listens until the server closes or says nothing more. */
export function converse(
  url: string,
  pieces: readonly (string | Buffer)[],
  { quietMs = 10_000, aborts = false }: Conversation = {},
): Promise<Exchange> {
  return new Promise((resolve) => {
    const socket = openSocket(url)
    let received = ''
    let sentAt = 0
    let firstByteMs: number | undefined
    let quiet = setTimeout(() => socket.destroy(), 10_000)
    let left = false
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      firstByteMs ??= performance.now() - sentAt
      received += chunk
      quiet.refresh()
      // What a client does with such an answer; what comes after it is still heard.
      if (isLastAnswer(received)) socket.end()
    })
    socket.once('connect', () => {
      clearTimeout(quiet)
      quiet = setTimeout(() => {
        left = true
        socket.destroy()
      }, quietMs)
      sentAt = performance.now()
      sendPieces(socket, pieces, () => {
        if (!aborts) return
        left = true
        socket.destroy()
      })
    })
    socket.once('close', () => {
      clearTimeout(quiet)
      resolve({ ...parseAnswers(received), closed: !left, firstByteMs })
    })
  })
}

function sendPieces(socket: Socket, pieces: readonly (string | Buffer)[], done: () => void): void {
  const [first, ...rest] = pieces
  if (first === undefined || socket.destroyed) {
    done()
    return
  }
  const bytes = typeof first === 'string' ? Buffer.from(first, 'latin1') : first
  socket.write(bytes, () => setImmediate(() => sendPieces(socket, rest, done)))
}

/** An answer to HEAD has a length and no body: the next answer follows at once. */
export function parseAnswers(text: string): Pick<Exchange, 'answers' | 'rest'> {
  const answers: RawAnswer[] = []
  let rest = text
  while (rest !== '') {
    const end = rest.indexOf('\r\n\r\n')
    if (end === -1) break
    const [statusLine = '', ...lines] = rest.slice(0, end).split('\r\n')
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(`${statusLine} `)?.[1] ?? Number.NaN)
    const headers = new Map(lines.map((line) => readLine(line)))
    const after = rest.slice(end + 4)
    const length = Number(headers.get('content-length') ?? 0)
    const hasBody = !after.startsWith('HTTP/1.1 ')
    const isWhole = after.length >= length
    if (hasBody && !isWhole && after !== '') break
    answers.push({ status, headers, body: hasBody ? after.slice(0, length) : '' })
    rest = hasBody ? after.slice(length) : after
  }
  return { answers, rest }
}

function isLastAnswer(received: string): boolean {
  const { answers, rest } = parseAnswers(received)
  return rest === '' && answers.at(-1)?.headers.get('connection') === 'close'
}

function readLine(line: string): [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}
