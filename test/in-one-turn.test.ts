/** Some at a time, in order, with the event loop in between. */

import { expect, test } from 'vitest'
import { inOneTurn } from '../src/in-one-turn.ts'

const settle = () => new Promise((resolve) => setImmediate(resolve))

test('does so many in a turn, in the order of arrival', async () => {
  const done: (readonly number[])[] = []
  const add = inOneTurn<number>(2, (items) => done.push(items))
  for (let id = 1; id <= 5; id += 1) add(id)
  expect(done).toEqual([])
  await settle()
  expect(done).toEqual([[1, 2]])
  // One who comes now is the last.
  add(6)
  await settle()
  expect(done).toEqual([
    [1, 2],
    [3, 4],
  ])
  await settle()
  expect(done.flat()).toEqual([1, 2, 3, 4, 5, 6])
})

test('begins again after nobody was waiting', async () => {
  const done: number[] = []
  const add = inOneTurn<number>(1, (items) => done.push(...items))
  for (let time = 1; time <= 3; time += 1) {
    add(time)
    await settle()
    expect(done).toHaveLength(time)
    await settle()
  }
})
