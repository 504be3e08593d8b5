/** The breach check, against a service on this machine (P5; NIST SP 800-63B-4 §3.1.1.2). */

import { createHash } from 'node:crypto'
import type { IncomingMessage, RequestListener } from 'node:http'
import { describe, expect, test } from 'vitest'
import { createBreachedPasswords } from '../../src/flows/breached-passwords.ts'
import { createTestAuth, listen, password } from '../support/test-server.ts'

const digestOf = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase()
const padding = (rows: number) =>
  Array.from({ length: rows }, (_, row) => `${digestOf(`row ${row}`).slice(5)}:${row % 9}`)

async function openCheck(listener: RequestListener, timeout = 2000) {
  const url = `${await listen(listener)}/range/`
  const events: string[] = []
  const reports: string[] = []
  const isBreached = createBreachedPasswords(
    { url, timeout },
    { emit: ({ type }) => events.push(type), report: ({ message }) => reports.push(message) },
  )
  return { isBreached, events, reports, url }
}

describe('a password that', () => {
  test('P5: is in the range is breached, whatever the case and the ends of lines', async () => {
    for (const line of [
      `${digestOf(password).slice(5)}:42`,
      `${digestOf(password).slice(5).toLowerCase()}:1`,
    ]) {
      const { isBreached } = await openCheck((_, response) => {
        response.end([...padding(500), line, ...padding(400)].join('\r\n'))
      })
      expect(await isBreached(password)).toBe(true)
      expect(await isBreached(`${password}!`)).toBe(false)
    }
  })

  test('P5: stands there as padding only, with the count 0, is not', async () => {
    const { isBreached, events } = await openCheck((_, response) => {
      response.end(`${digestOf(password).slice(5)}:0\r\n${padding(900).join('\r\n')}`)
    })
    expect(await isBreached(password)).toBe(false)
    expect(events).toEqual([])
  })
})

test('five hex digits of the SHA-1 are all that leaves the process, and padding is asked for', async () => {
  const requests: IncomingMessage[] = []
  const { isBreached } = await openCheck((request, response) => {
    requests.push(request)
    response.end(padding(3).join('\r\n'))
  })
  await isBreached(password)
  const [request] = requests
  expect(request?.method).toBe('GET')
  expect(request?.url).toBe(`/range/${digestOf(password).slice(0, 5)}`)
  expect(request?.headers).toMatchObject({ 'add-padding': 'true', 'user-agent': 'countersign' })
  expect(JSON.stringify(request?.headers)).not.toContain(digestOf(password).slice(5))
})

describe('a service that', () => {
  const broken: readonly (readonly [string, RequestListener])[] = [
    ['answers 503', (_, response) => response.writeHead(503).end('busy')],
    ['answers 404', (_, response) => response.writeHead(404).end()],
    [
      'redirects',
      (_, response) => response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end(),
    ],
    ['hangs up', (request) => request.socket.destroy()],
    ['never answers', () => {}],
    ['stops in the middle', (_, response) => response.write('0123')],
    ['answers without end', (_, response) => flood(response)],
  ]

  test.each(broken)('%s has the password taken, soon, with an event', async (_, listener) => {
    const { isBreached, events } = await openCheck(listener, 300)
    const start = performance.now()
    expect(await isBreached(password)).toBe(false)
    expect(performance.now() - start).toBeLessThan(3000)
    expect(events).toEqual(['breach_check_failed'])
  })

  test('fails is reported once until it works again, without the password or its digest', async () => {
    let isUp = false
    const { isBreached, events, reports } = await openCheck((_, response) => {
      response.writeHead(isUp ? 200 : 500).end('')
    })
    for (const up of [false, false, true, false]) {
      isUp = up
      await isBreached(password)
    }
    expect(events).toHaveLength(3)
    expect(reports).toHaveLength(2)
    for (const report of reports) {
      expect(report).toContain('passwords.breachCheck')
      expect(report).not.toContain(password)
      expect(report).not.toContain(digestOf(password).slice(0, 5))
    }
  })
})

test('P5: registration and password change ask it, and refuse with the reason', async () => {
  const breached = 'violet umbrella 77'
  const url = `${await listen((_, response) => response.end(`${digestOf(breached).slice(5)}:7`))}/`
  const { auth } = await createTestAuth({ passwords: { breachCheck: { url, timeout: '2s' } } })
  const refusal = {
    code: 'password_refused',
    message: 'This password is known from a data breach; choose another one.',
  }
  await expect(auth.register({ username: 'ada', password: breached })).rejects.toMatchObject(
    refusal,
  )
  const { user } = await auth.register({ username: 'ada', password })
  await expect(auth.users.setPassword(user.id, breached)).rejects.toMatchObject(refusal)
})

test('P11: registrations beyond the limit make no call', async () => {
  let calls = 0
  const url = `${await listen((_, response) => {
    calls += 1
    response.end('')
  })}/`
  const { auth } = await createTestAuth({
    limits: { register: { name: 1 } },
    passwords: { breachCheck: { url, timeout: '2s' } },
  })
  const input = { username: 'ada', password }
  await auth.register(input)
  await expect(auth.register(input)).rejects.toMatchObject({ code: 'too_many_requests' })
  expect(calls).toBe(1)
})

function flood(response: {
  write(chunk: string): boolean
  once(event: 'drain', go: () => void): unknown
}) {
  while (response.write('0123456789ABCDEF0123456789ABCDEF012:1\r\n'.repeat(100)));
  response.once('drain', () => flood(response))
}
