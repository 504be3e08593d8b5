/** Some at a time, in order, with the event loop in between. */

import { expect, test } from 'vitest'
import { createTurns } from '../../src/crypto/turns.ts'

const settle = () => new Promise((resolve) => setImmediate(resolve))

test('goes on with so many in a turn, in the order of arrival', async () => {
  const nextTurn = createTurns(2)
  const gone: number[] = []
  for (let id = 1; id <= 5; id += 1) void nextTurn().then(() => gone.push(id))
  expect(gone).toEqual([])
  await settle()
  expect(gone).toEqual([1, 2])
  // One who comes now is the last.
  void nextTurn().then(() => gone.push(6))
  await settle()
  expect(gone).toEqual([1, 2, 3, 4])
  await settle()
  expect(gone).toEqual([1, 2, 3, 4, 5, 6])
})

test('begins again after nobody was waiting', async () => {
  const nextTurn = createTurns(1)
  for (let time = 0; time < 3; time += 1) {
    await expect(nextTurn()).resolves.toBeUndefined()
    await settle()
  }
})
