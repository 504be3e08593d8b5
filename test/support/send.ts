/** Sends requests over real sockets: by fetch, or byte by byte where fetch is too polite. */

import { connect } from 'node:net'
import type { ProblemBody, SessionView, TokenBody, User } from '../../src/wire.ts'

type ProblemMembers = Partial<Omit<ProblemBody, 'status'>>

export interface AnswerBody extends Partial<TokenBody>, ProblemMembers {
  readonly user?: User
  readonly sessions?: readonly SessionView[]
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: AnswerBody
  readonly setCookies: readonly string[]
}

export interface Sent {
  /** Bytes and text go as they are, anything else as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export async function send(url: string, method: string, sent: Sent = {}): Promise<Answer> {
  const { body, headers = {} } = sent
  const isRaw = typeof body === 'string' || body instanceof Uint8Array
  const type = body === undefined ? {} : { 'Content-Type': 'application/json' }
  const response = await fetch(url, {
    method,
    headers: { ...type, ...headers },
    body: body === undefined ? null : isRaw ? (body as string) : JSON.stringify(body),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text !== '' ? (JSON.parse(text) as AnswerBody) : {},
    setCookies: response.headers.getSetCookie(),
  }
}

/** Sends exactly these lines and bytes. @returns the answer as it came, until the socket closed. */
export function sendRaw(
  base: string,
  lines: readonly string[],
  body: string | Buffer = '',
): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(base)
    const socket = connect(Number(port), hostname)
    let answer = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
    const [first, ...rest] = lines
    socket.write([first, `Host: ${hostname}`, 'Connection: close', ...rest, '', ''].join('\r\n'))
    socket.write(body)
  })
}
