/** How the metrics of several workers become those of one server. */

import { expect, test } from 'vitest'
import { type Family, formatFamilies, joinFamilies } from '../../src/server/metrics/families.ts'
import { type Channel, exchange } from '../../src/server/metrics/questions.ts'
import { createSharedMetrics } from '../../src/server/metrics/shared-metrics.ts'

const counter = (value: number, series = ''): Family => ({
  ...{ name: 'count', type: 'counter', help: 'Counted.', together: 'sum' },
  samples: [[series, value]],
})
const gauge = (together: Family['together'], value: number): Family => ({
  ...{ name: `gauge_${together}`, type: 'gauge', help: 'Seen.', together },
  samples: [['', value]],
})

const told = (families: readonly Family[], name: string): number | undefined =>
  families.find((family) => family.name === name)?.samples[0]?.[1]

/** A worker that tells what it is set to. */
function play(...families: Family[]) {
  const worker = {
    families: families as Family[] | undefined,
    ask: () => Promise.resolve(worker.families),
  }
  return worker
}

test('counters are added up, and of gauges the least, the most or the sum is told', () => {
  const families = joinFamilies([
    [counter(1, '{a="x"}'), gauge('least', 0), gauge('most', 3), gauge('sum', 5)],
    [counter(2, '{a="y"}'), gauge('least', 1), gauge('most', 4), gauge('sum', 6)],
    [counter(4, '{a="x"}')],
  ])
  expect(formatFamilies(families)).toBe(`# HELP count Counted.
# TYPE count counter
count{a="x"} 5
count{a="y"} 2
# HELP gauge_least Seen.
# TYPE gauge_least gauge
gauge_least 0
# HELP gauge_most Seen.
# TYPE gauge_most gauge
gauge_most 4
# HELP gauge_sum Seen.
# TYPE gauge_sum gauge
gauge_sum 11
`)
})

test('a counter does not go down when a worker ends, and its gauges go', async () => {
  const shared = createSharedMetrics()
  const [stays, ends] = [play(counter(2), gauge('most', 1)), play(counter(3), gauge('most', 9))]
  for (const worker of [stays, ends]) shared.add(worker)
  expect(told(await shared.gather(), 'count')).toBe(5)
  shared.remove(ends)
  const after = await shared.gather()
  expect([told(after, 'count'), told(after, 'gauge_most')]).toEqual([5, 1])
  expect(told(after, 'countersign_workers')).toBe(1)
})

test('a worker that leaves is asked once more', async () => {
  const shared = createSharedMetrics()
  const worker = play(counter(2))
  shared.add(worker)
  await shared.hearLast(worker)
  shared.remove(worker)
  expect(told(await shared.gather(), 'count')).toBe(2)
})

test('of a worker that does not answer, what it had counted is told, and nothing that it is', async () => {
  const shared = createSharedMetrics()
  const [answers, hangs] = [play(counter(2), gauge('most', 1)), play(counter(3), gauge('most', 9))]
  for (const worker of [answers, hangs]) shared.add(worker)
  await shared.gather()
  hangs.families = undefined
  const families = await shared.gather()
  expect([told(families, 'count'), told(families, 'gauge_most')]).toEqual([5, 1])
  expect(told(families, 'countersign_workers')).toBe(1)
})

test('what a worker had counted is not counted twice when it ends while it is asked', async () => {
  const shared = createSharedMetrics()
  let answer: (families: readonly Family[]) => void = () => undefined
  const worker = { ask: () => new Promise<readonly Family[]>((resolve) => (answer = resolve)) }
  shared.add(worker)
  const first = shared.gather()
  answer([counter(3)])
  await first
  const second = shared.gather()
  shared.remove(worker)
  answer([counter(4)])
  expect(told(await second, 'count')).toBe(3)
})

function pair(): [Channel, Channel] {
  const listeners: ((message: unknown) => void)[][] = [[], []]
  const end = (own: number): Channel => ({
    say: (message) => {
      for (const listener of listeners[1 - own] ?? []) queueMicrotask(() => listener(message))
    },
    onMessage: (listener) => void listeners[own]?.push(listener),
  })
  return [end(0), end(1)]
}

test('both ends of a channel ask and answer, also several at once', async () => {
  const [here, there] = pair()
  const answers = ['first', 'second']
  const askThere = exchange(here, () => Promise.resolve('here'), 1_000)
  const askHere = exchange(there, () => Promise.resolve(answers.shift()), 1_000)
  expect(await Promise.all([askThere(), askThere(), askHere()])).toEqual([
    'first',
    'second',
    'here',
  ])
})

test('a question that nobody answers, or that fails there, comes to undefined in time', async () => {
  const [here, there] = pair()
  const ask = exchange(here, () => Promise.resolve(1), 20)
  expect(await ask()).toBe(undefined)
  exchange(there, () => Promise.reject(new Error('no')), 20)
  expect(await ask()).toBe(undefined)
})
