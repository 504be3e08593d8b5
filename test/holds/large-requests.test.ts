/** Requests that are too large are refused at once, and cost no memory (M20, M24, M26). */

import { expect, test } from 'vitest'
import { converse } from '../support/raw-http.ts'
import { residentMegabytes } from './fuzz-load.ts'
import { startServerProcess, temporaryFolder } from './server-process.ts'

const megabytes = (count: number): Buffer => Buffer.alloc(count * 1_000_000, 'a')
const host = 'Host: x\r\nConnection: close\r\n'
const post = `POST /auth/login HTTP/1.1\r\n${host}Content-Type: application/json\r\n`
const refresh = JSON.stringify({ refreshToken: `csr_${'A'.repeat(16_000)}` })

/** What is sent, and the status that it gets. */
const tooLarge: readonly (readonly [string, number, readonly (string | Buffer)[]])[] = [
  ['M20: a body of 10 MB', 413, [`${post}Content-Length: 10000000\r\n\r\n`, megabytes(10)]],
  [
    'M20: 10 MB in chunks',
    413,
    [`${post}Transfer-Encoding: chunked\r\n\r\n989680\r\n`, megabytes(10)],
  ],
  [
    'M26: a password of 10 MB',
    413,
    [`${post}Content-Length: 10000030\r\n\r\n{"username":"a","password":"`, megabytes(10)],
  ],
  ['M20: a header of 1 MB', 431, [`GET / HTTP/1.1\r\n${host}X: `, megabytes(1)]],
  ['M20: a target of 1 MB', 431, ['GET /', megabytes(1)]],
  ['M20: a target of 12 KB', 414, [`GET /${'a'.repeat(12_000)} HTTP/1.1\r\n${host}\r\n`]],
  [
    'M24: an access token of 12 KB',
    401,
    [`GET /auth/profile HTTP/1.1\r\n${host}Authorization: Bearer ${'A'.repeat(12_000)}\r\n\r\n`],
  ],
  [
    'M24: a refresh token of 16 KB',
    401,
    [
      `POST /auth/refresh-token HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: ${refresh.length}\r\n\r\n${refresh}`,
    ],
  ],
]

test.skipIf(process.platform !== 'linux')(
  'M20, M24, M26: too large is refused within 50 ms, a hundred times over, and memory stays flat',
  {
    timeout: 120_000,
  },
  async () => {
    const server = await startServerProcess(temporaryFolder())
    let before = 0
    for (const [what, status, pieces] of tooLarge) {
      const times: number[] = []
      for (let round = 0; round < 12; round += 1) {
        const { answers, firstByteMs = Number.POSITIVE_INFINITY } = await converse(
          server.url,
          pieces,
        )
        expect([what, ...answers.map((answer) => answer.status)]).toEqual([what, status])
        times.push(firstByteMs)
        before ||= residentMegabytes(server.pid)
      }
      expect([what, median(times) < 50]).toEqual([what, true])
    }
    expect(residentMegabytes(server.pid) - before).toBeLessThan(50)
    expect(server.complaints()).toBe('')
  },
)

const median = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
