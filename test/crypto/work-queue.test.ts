/** The bounded pool: order, bounds, refusal (ASVS 15.2.2). */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createWorkQueue } from '../../src/crypto/work-queue.ts'
import { AuthError } from '../../src/errors.ts'
import { createTasks, settle } from '../support/tasks.ts'

describe('H7: the work queue', () => {
  test('runs no more than its concurrency and the rest in the order of arrival', async () => {
    const { started, task, finish } = createTasks()
    const queue = createWorkQueue({ concurrency: 2, queueLimit: 3 })
    const results = [1, 2, 3, 4, 5].map((id) => queue.run(task(id)))
    await settle()
    expect(started).toEqual([1, 2])
    finish(2)
    await settle()
    expect(started).toEqual([1, 2, 3])
    for (const id of [1, 3, 4, 5]) {
      finish(id)
      await settle()
    }
    expect(started).toEqual([1, 2, 3, 4, 5])
    expect(await Promise.all(results)).toEqual([1, 2, 3, 4, 5])
  })

  test('refuses at once when too many wait, without starting the task', async () => {
    const { started, task, finish } = createTasks()
    const queue = createWorkQueue({ concurrency: 1, queueLimit: 1 })
    const accepted = [queue.run(task(1)), queue.run(task(2))]
    const error = await queue.run(task(3)).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(AuthError)
    expect(error).toMatchObject({ code: 'temporarily_unavailable', status: 503 })
    expect((error as AuthError).details.retryAfterSeconds).toBeGreaterThanOrEqual(1)
    expect((error as AuthError).details.retryAfterSeconds).toBeLessThanOrEqual(3)
    await settle()
    expect(started).toEqual([1])
    finish(1)
    await settle()
    finish(2)
    await Promise.all(accepted)
    expect(started).toEqual([1, 2])
  })

  test('says whether there is a place, and takes none', async () => {
    const { task, finish } = createTasks()
    const queue = createWorkQueue({ concurrency: 1, queueLimit: 1 })
    for (let count = 0; count < 5; count += 1) expect(queue.refusal()).toBeUndefined()
    const accepted = [queue.run(task(1)), queue.run(task(2))]
    expect(await queue.refusal()).toMatchObject({ code: 'temporarily_unavailable' })
    finish(1)
    await settle()
    expect(queue.refusal()).toBeUndefined()
    finish(2)
    await Promise.all(accepted)
  })

  test('whoever waited to be refused is not when a place has come free meanwhile', async () => {
    const { task, finish } = createTasks()
    const queue = createWorkQueue({ concurrency: 1, queueLimit: 0 })
    const first = queue.run(task(1))
    await settle()
    const refusal = queue.refusal()
    finish(1)
    await first
    expect(await refusal).toBeUndefined()
  })

  test('keeps a place for work that has not come to its task, and leaves it whatever happens', async () => {
    const queue = createWorkQueue({ concurrency: 1, queueLimit: 1 })
    const { task, finish } = createTasks()
    const refusal = { code: 'temporarily_unavailable' }
    const works = [1, 2].map((id) =>
      queue.inPlace(async (run) => {
        await task(id)()
        // One after another, and none of them is refused.
        return [await run(async () => id), await run(async () => id)]
      }),
    )
    let begun = false
    const beyond = queue.inPlace(async () => {
      begun = true
    })
    await expect(beyond).rejects.toMatchObject(refusal)
    await expect(queue.run(async () => 0)).rejects.toMatchObject(refusal)
    expect(begun).toBe(false)
    finish(1, new Error('broken'))
    await expect(works[0]).rejects.toThrow('broken')
    expect(await queue.run(async () => 'free')).toBe('free')
    finish(2)
    expect(await works[1]).toEqual([2, 2])
    for (let again = 0; again < 2; again += 1) expect(queue.refusal()).toBeUndefined()
  })

  test('with a queue limit of 0 nobody waits', async () => {
    const { task, finish } = createTasks()
    const queue = createWorkQueue({ concurrency: 1, queueLimit: 0 })
    const first = queue.run(task(1))
    await expect(queue.run(task(2))).rejects.toMatchObject({ code: 'temporarily_unavailable' })
    finish(1)
    expect(await first).toBe(1)
    expect(await queue.run(async () => 'free again')).toBe('free again')
  })

  test('a task that fails or throws gives its place back', async () => {
    const { task, finish } = createTasks()
    const queue = createWorkQueue({ concurrency: 1, queueLimit: 1 })
    const failing = queue.run(task(1))
    const next = queue.run(async () => 'done')
    await settle()
    finish(1, new Error('broken'))
    await expect(failing).rejects.toThrow('broken')
    expect(await next).toBe('done')
    const thrower = () => {
      throw new Error('thrown')
    }
    await expect(queue.run(thrower)).rejects.toThrow('thrown')
    expect(await queue.run(async () => 'free')).toBe('free')
  })

  test('for any load, never more at work than allowed and every accepted task runs', async () => {
    const load = fc.record({
      concurrency: fc.integer({ min: 1, max: 4 }),
      queueLimit: fc.integer({ min: 0, max: 6 }),
      tasks: fc.array(fc.boolean(), { maxLength: 20 }),
    })
    await fc.assert(
      fc.asyncProperty(load, async ({ concurrency, queueLimit, tasks }) => {
        const queue = createWorkQueue({ concurrency, queueLimit })
        let atWork = 0
        let most = 0
        let ran = 0
        const work = (fails: boolean) => async () => {
          atWork += 1
          ran += 1
          most = Math.max(most, atWork)
          await settle()
          atWork -= 1
          if (fails) throw new Error('failed')
        }
        await Promise.allSettled(tasks.map((fails) => queue.run(work(fails))))
        expect(most).toBeLessThanOrEqual(concurrency)
        expect(ran).toBe(Math.min(tasks.length, concurrency + queueLimit))
      }),
      { numRuns: 50 },
    )
  })
})
