/** When workers are started, started anew, replaced and stopped: with workers that are only played. */

import { expect, test } from 'vitest'
import {
  createSupervisor,
  type Ending,
  type WorkerNotice,
  type WorkerProcess,
} from '../../src/server/supervisor.ts'

function later<T>() {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

interface Played extends WorkerProcess {
  answer(): void
  end(code?: number): void
  readonly told: string[]
}

const url = 'http://127.0.0.1:3000'

/** @param answers whether workers begin to answer by themselves. */
function play(count: number, answers = true) {
  const workers: Played[] = []
  const notices: WorkerNotice[] = []
  const pauses: { readonly milliseconds: number; readonly over: () => void }[] = []
  let time = 0
  const start = (): WorkerProcess => {
    const ready = later<string | undefined>()
    const gone = later<Ending>()
    const told: string[] = []
    const end = (code = 0): void => {
      ready.resolve(undefined)
      gone.resolve({ code, signal: null })
    }
    const answer = (): void => ready.resolve(url)
    const hear = (word: string) => (): void => void told.push(word)
    const worker: Played = {
      ...{ pid: workers.length + 1, ready: ready.promise, gone: gone.promise, told, end, answer },
      ...{ stop: hear('stop'), drain: hear('drain'), kill: hear('kill') },
    }
    if (answers) answer()
    workers.push(worker)
    return worker
  }
  const supervisor = createSupervisor({
    ...{ count, start, now: () => time, tell: (notice) => void notices.push(notice) },
    pause: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('not needed any more')))
        pauses.push({ milliseconds, over: resolve })
      }),
  })
  return {
    ...{ supervisor, workers, notices, pauses },
    worker: (index: number) => workers[index] as Played,
    started: async () => expect(await supervisor.start(() => {})).toBe(url),
    advance: (milliseconds: number) => {
      time += milliseconds
    },
    /** Ends the last pause that was begun. */
    sleep: async () => {
      pauses.at(-1)?.over()
      await settle()
    },
  }
}

/** Two workers at work, and those that come after them answer when they are told to. */
async function playTwo() {
  const played = play(2, false)
  const started = played.supervisor.start(() => {})
  played.worker(0).answer()
  await settle()
  played.worker(1).answer()
  await started
  return played
}

// Everything that can happen without the world outside has then happened.
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('the first worker starts alone, and the others when it answers', async () => {
  const { supervisor, workers, worker } = play(3, false)
  const prepared: string[] = []
  const started = supervisor.start((where) => void prepared.push(where))
  await settle()
  expect(workers.length).toBe(1)
  worker(0).answer()
  await settle()
  expect([workers.length, prepared]).toEqual([3, [url]])
  worker(1).answer()
  worker(2).answer()
  expect(await started).toBe(url)
})

test('when the first does not come to answering, no other is started', async () => {
  const { supervisor, workers, worker } = play(3, false)
  const started = supervisor.start(() => {})
  worker(0).end(1)
  expect(await started).toEqual({ code: 1, signal: null })
  expect(workers.length).toBe(1)
})

test('a worker that ends is started anew after 100 ms, doubled each time up to 10 s', async () => {
  const { started, workers, pauses, sleep, notices } = play(1)
  await started()
  for (let round = 0; round < 9; round += 1) {
    workers.at(-1)?.end(1)
    await settle()
    await sleep()
  }
  const waits = [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]
  expect(pauses.map(({ milliseconds }) => milliseconds)).toEqual(waits)
  expect(workers.length).toBe(10)
  expect(notices.slice(0, 2)).toEqual([
    { event: 'worker_ended', pid: 1, code: 1, signal: null, nextStartMilliseconds: 100 },
    { event: 'worker_started', pid: 2 },
  ])
})

test('one that lived for a minute is started anew after the shortest pause', async () => {
  const { started, workers, pauses, sleep, advance } = play(1)
  await started()
  for (let round = 0; round < 3; round += 1) {
    workers.at(-1)?.end(1)
    await settle()
    await sleep()
  }
  advance(60_000)
  workers.at(-1)?.end(1)
  await settle()
  expect(pauses.at(-1)?.milliseconds).toBe(100)
})

test('a restart replaces one after the other: the new one answers before the old one drains', async () => {
  const { supervisor, workers, worker, notices } = await playTwo()
  const restarted = supervisor.restart()
  await settle()
  expect([workers.length, worker(0).told]).toEqual([3, []])
  worker(2).answer()
  await settle()
  expect([workers.length, worker(0).told, worker(1).told]).toEqual([3, ['drain'], []])
  worker(0).end()
  await settle()
  expect([workers.length, worker(1).told]).toEqual([4, []])
  worker(3).answer()
  await settle()
  expect(worker(1).told).toEqual(['drain'])
  worker(1).end()
  await restarted
  expect(workers.length).toBe(4)
  expect(notices.map(({ event }) => event)).toEqual(['restart_began', 'restart_finished'])
})

test('a new worker that does not start ends the restart, and the old ones go on', async () => {
  const { supervisor, worker, workers, notices } = await playTwo()
  const restarted = supervisor.restart()
  worker(2).end(1)
  await restarted
  expect([workers.length, worker(0).told, worker(1).told]).toEqual([3, [], []])
  expect(notices.at(-1)).toEqual({ event: 'restart_given_up', pid: 3, code: 1, signal: null })
})

test('asked again while it restarts, it goes round once more', async () => {
  const { supervisor, started, worker, workers } = play(1)
  await started()
  const restarted = supervisor.restart()
  void supervisor.restart()
  void supervisor.restart()
  await settle()
  worker(0).end()
  await settle()
  worker(1).end()
  await restarted
  expect(workers.length).toBe(3)
})

test('the place of one that is being waited for is not filled twice', async () => {
  const { supervisor, started, worker, workers, pauses } = play(1)
  await started()
  worker(0).end(1)
  await settle()
  await supervisor.restart()
  pauses[0]?.over()
  await settle()
  expect([workers.length, worker(1).told]).toEqual([2, []])
})

test('an old worker that does not end within 15 s is killed', async () => {
  const { supervisor, started, worker, pauses } = play(1)
  await started()
  const restarted = supervisor.restart()
  await settle()
  expect([worker(0).told, pauses.at(-1)?.milliseconds]).toEqual([['drain'], 15_000])
  pauses.at(-1)?.over()
  await settle()
  expect(worker(0).told).toEqual(['drain', 'kill'])
  worker(0).end()
  await restarted
})

test('stopping stops all, starts none anew, and tells whether each ended well', async () => {
  for (const [code, isDone] of [
    [0, true],
    [1, false],
  ] as const) {
    const { supervisor, started, worker, workers } = play(2)
    await started()
    const stopped = supervisor.stop()
    expect([worker(0).told, worker(1).told]).toEqual([['stop'], ['stop']])
    worker(0).end()
    worker(1).end(code)
    expect(await stopped).toBe(isDone)
    await settle()
    expect(workers.length).toBe(2)
  }
})

test('a worker that is waited for when the stop comes is not started', async () => {
  const { supervisor, started, worker, workers, sleep } = play(1)
  await started()
  worker(0).end(1)
  await settle()
  expect(await supervisor.stop()).toBe(true)
  await sleep()
  expect(workers.length).toBe(1)
})
