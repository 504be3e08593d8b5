/** Deadlines, breaker and the bound on what is under way, on a connection that the test answers. */

import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createBreaker } from '../../../src/stores/breaker.ts'
import type { Argument, RedisConnection } from '../../../src/stores/redis/client.ts'
import { connectionOf } from '../../../src/stores/redis/client.ts'
import { createCommands, script } from '../../../src/stores/redis/commands.ts'
import { createDeadlines } from '../../../src/stores/redis/deadline.ts'

interface Sent {
  readonly args: readonly Argument[]
  readonly answer: (reply: unknown) => void
  readonly fail: (message: string) => void
}

function testConnection() {
  const sent: Sent[] = []
  const state = { isReady: true }
  const connection: RedisConnection = {
    isCluster: false,
    send: (_key, args) =>
      new Promise((answer, reject) => {
        sent.push({ args, answer, fail: (message) => reject(new Error(message)) })
      }),
    isReady: () => state.isReady,
    duplicate: () => Promise.reject(new Error('there is only this one')),
    destroy: () => {},
  }
  return { connection, sent, state }
}

/** Keeps the process busy, so that no timer and no reply is heard. */
function busyFor(milliseconds: number): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

const unavailable = { code: 'temporarily_unavailable' }

describe('a deadline', () => {
  test('a late reply reaches neither its caller nor another', async () => {
    const { connection, sent } = testConnection()
    const { send } = createCommands(connection, { deadlineMilliseconds: 30 })
    const first = send('a', ['GET', 'a'])
    await expect(first).rejects.toMatchObject(unavailable)
    const second = send('b', ['GET', 'b'])
    sent[0]?.answer('of a')
    sent[1]?.answer('of b')
    expect(await second).toBe('of b')
    await expect(first).rejects.toMatchObject(unavailable)
  })

  test('it comes for every command by itself, and not before', async () => {
    const deadlines = createDeadlines(60)
    const never = new Promise<never>(() => {})
    const began = performance.now()
    const took: number[] = []
    const wait = async (delay: number) => {
      await pause(delay)
      const from = performance.now()
      await deadlines.within(never).catch(() => took.push(performance.now() - from))
    }
    await Promise.all([0, 10, 25, 50].map(wait))
    expect(took).toHaveLength(4)
    expect(Math.min(...took)).toBeGreaterThan(58)
    expect(performance.now() - began).toBeLessThan(1000)
  })

  test('what was given up counts as under way until its reply has come', async () => {
    const deadlines = createDeadlines(10)
    let answer = (_: string): void => {}
    const late = new Promise<string>((resolve) => {
      answer = resolve
    })
    await expect(deadlines.within(late)).rejects.toThrow('no reply within 10 ms')
    expect(deadlines.underWay()).toBe(1)
    answer('late')
    await pause(1)
    expect(deadlines.underWay()).toBe(0)
  })

  test('a process that was busy for longer first reads what has come', async () => {
    const deadlines = createDeadlines(50)
    const reply = pause(60).then(() => 'there')
    const answered = deadlines.within(reply)
    busyFor(200)
    expect(await answered).toBe('there')
  })

  test('a server that goes on answering gets up to three times as long', async () => {
    const deadlines = createDeadlines(60)
    const began = performance.now()
    const given = deadlines.within(new Promise<never>(() => {})).catch(() => performance.now())
    const late = deadlines.within(pause(100).then(() => 'late'))
    for (let step = 0; step < 12; step += 1) await deadlines.within(pause(20))
    expect(await late).toBe('late')
    const took = ((await given) ?? 0) - began
    expect(took).toBeGreaterThan(175)
    expect(took).toBeLessThan(400)
  })
})

describe('a breaker', () => {
  test('after five failures in a row it refuses, and one call in half a second tries', async () => {
    const breaker = createBreaker()
    for (let failure = 0; failure < 5; failure += 1) {
      expect(breaker.mayTry()).toBe(true)
      breaker.failed()
    }
    expect(breaker.mayTry()).toBe(false)
    await pause(550)
    expect([breaker.mayTry(), breaker.mayTry(), breaker.mayTry()]).toEqual([true, false, false])
    breaker.succeeded()
    expect([breaker.mayTry(), breaker.mayTry()]).toEqual([true, true])
  })

  test('a success in between lets it count anew', () => {
    const breaker = createBreaker()
    for (let round = 0; round < 10; round += 1) {
      for (let failure = 0; failure < 4; failure += 1) breaker.failed()
      breaker.succeeded()
    }
    expect(breaker.mayTry()).toBe(true)
  })
})

describe('commands', () => {
  test('without a connection nothing is sent', async () => {
    const { connection, sent, state } = testConnection()
    state.isReady = false
    const { send } = createCommands(connection, { deadlineMilliseconds: 30 })
    await expect(send('a', ['GET', 'a'])).rejects.toMatchObject(unavailable)
    expect(sent).toEqual([])
  })

  test.each([
    'OOM command not allowed',
    'READONLY You cannot',
    'LOADING Redis is',
    'NOREPLICAS Not',
  ])(
    'a reply that is an error is 503, and no sign that the server is gone: %s',
    async (message) => {
      const { connection, sent } = testConnection()
      const { send } = createCommands(connection, { deadlineMilliseconds: 1000 })
      for (let round = 0; round < 20; round += 1) {
        const running = send('a', ['SET', 'a', '1'])
        sent.at(-1)?.fail(message)
        await expect(running).rejects.toMatchObject(unavailable)
      }
      expect(sent).toHaveLength(20)
    },
  )

  test('when connections break off again and again, it is left alone', async () => {
    const { connection, sent } = testConnection()
    const { send } = createCommands(connection, { deadlineMilliseconds: 1000 })
    for (let round = 0; round < 20; round += 1) {
      const running = send('a', ['GET', 'a'])
      sent[round]?.fail('Socket closed unexpectedly')
      await expect(running).rejects.toMatchObject(unavailable)
    }
    expect(sent).toHaveLength(5)
  })

  test('more than ten thousand under way are refused at once', async () => {
    const { connection, sent } = testConnection()
    const { send } = createCommands(connection, { deadlineMilliseconds: 10_000 })
    const running = Array.from({ length: 10_000 }, () => send('a', ['GET', 'a']))
    await expect(send('a', ['GET', 'a'])).rejects.toMatchObject(unavailable)
    expect(sent).toHaveLength(10_000)
    for (const { answer } of sent) answer('there')
    expect(new Set(await Promise.all(running))).toEqual(new Set(['there']))
  })

  test('M8: a script that many miss at once is sent in full once', async () => {
    const { connection, sent } = testConnection()
    const { run } = createCommands(connection, { deadlineMilliseconds: 1000 })
    const one = script('return 1')
    const running = Array.from({ length: 50 }, () => run(one, 'a', []))
    for (const { fail } of sent.splice(0)) fail('NOSCRIPT No matching script.')
    await pause(5)
    expect(sent.map(({ args }) => args[0])).toEqual(['EVAL'])
    for (const { answer } of sent.splice(0)) answer(1)
    await pause(5)
    expect(new Set(sent.map(({ args }) => args[0]))).toEqual(new Set(['EVALSHA']))
    expect(sent).toHaveLength(49)
    for (const { answer } of sent) answer(1)
    expect(new Set(await Promise.all(running))).toEqual(new Set([1]))
  })
})

test('a client of another kind is refused with a sentence', () => {
  const other = { on: () => {}, duplicate: () => {} } as never
  expect(() => connectionOf(other)).toThrow(/a URL, or a client of the package redis or ioredis/)
})
