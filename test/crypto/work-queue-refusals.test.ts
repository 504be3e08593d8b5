/** Whom the pool refuses, and what it leaves undone meanwhile (ASVS 15.2.2). */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createWorkQueue } from '../../src/crypto/work-queue.ts'
import { createTasks } from '../support/tasks.ts'

test('M18: those it refuses do not all come again in the same second', async () => {
  const { task, finish } = createTasks()
  const queue = createWorkQueue({ concurrency: 1, queueLimit: 0 })
  const first = queue.run(task(1))
  const refusals = Array.from({ length: 200 }, () => queue.run(task(2)).catch((error) => error))
  const seconds = (await Promise.all(refusals)).map(({ details }) => details.retryAfterSeconds)
  expect([...new Set(seconds)].sort()).toEqual([1, 2, 3])
  finish(1)
  await first
})

test('M18: tells a flood a few in every turn of the event loop', async () => {
  const queue = createWorkQueue({ concurrency: 1, queueLimit: 0 })
  const { task, finish } = createTasks()
  const first = queue.run(task(1))
  const perTurn: number[] = []
  let refused = 0
  const flood = Array.from({ length: 100 }, async () => {
    if (await queue.refusal()) refused += 1
  })
  while (refused < flood.length) {
    const before = refused
    await nextTurn()
    perTurn.push(refused - before)
  }
  expect(Math.max(...perTurn)).toBeLessThanOrEqual(10)
  finish(1)
  await first
})

test('M18: nothing begins while others are being refused, who have the cores for themselves', async () => {
  const queue = createWorkQueue({ concurrency: 1, queueLimit: 1 })
  const { started, task, finish } = createTasks()
  const works = [queue.run(task(1)), queue.run(task(2))]
  for (const id of [1, 2]) {
    let told = 0
    const flood = Array.from({ length: 100 }, async () => {
      await queue.refusal()
      told += 1
    })
    let toldBefore = 0
    while (started.length < id) {
      toldBefore = told
      await nextTurn()
      if (id === 2) finish(1)
    }
    expect(toldBefore).toBeGreaterThanOrEqual(90)
    await Promise.all(flood)
  }
  finish(2)
  await Promise.all(works)
})

test('M18: a flood without an end does not keep work from being done', async () => {
  const queue = createWorkQueue({ concurrency: 1, queueLimit: 0 })
  const { started, task, finish } = createTasks()
  const work = queue.run(task(1))
  let isOver = false
  const flood = Array.from({ length: 50 }, async () => {
    while (!isOver) await queue.refusal()
  })
  let turns = 0
  for (; started.length === 0 && turns < 1000; turns += 1) await nextTurn()
  expect(turns).toBeLessThan(200)
  isOver = true
  await Promise.all(flood)
  finish(1)
  await work
})
