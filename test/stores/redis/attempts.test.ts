/** Counters where one script may not name several keys: a Cluster, or a proxy before several shards. */

import { describe, expect, test } from 'vitest'
import { unavailable } from '../../../src/errors.ts'
import type { AttemptEntry } from '../../../src/stores/ports.ts'
import { redisAttempts } from '../../../src/stores/redis/attempts.ts'
import type { Commands } from '../../../src/stores/redis/commands.ts'

const rule = { windowMilliseconds: 60_000, windowFrom: 'last', limit: 3 } as const
const entries: readonly AttemptEntry[] = ['a', 'b', 'c'].map((key) => ({ key, rule }))
const taken = [1, 1, 0]
const refused = [0, 3, 5000]

/** What was asked of each key: its rules or changes, and whether it was only looked at. */
function fakeRedis(answer: (key: string, mode: unknown) => number[]) {
  const asked: string[] = []
  const commands: Commands = {
    send: () => Promise.reject(unavailable('nothing is sent but scripts')),
    async run(_script, keys, [list, mode]) {
      const all = [keys].flat()
      if (all.length > 1) {
        asked.push('all')
        throw unavailable(new Error("CROSSSLOT Keys in request don't hash to the same slot"))
      }
      const key = String(all[0]).slice(2)
      const isSettling = mode !== 'look' && mode !== 'take'
      asked.push(`${isSettling ? `settle ${list}` : mode} ${key}`)
      return isSettling ? 0 : [answer(key, mode)]
    },
  }
  return { commands, asked }
}

describe('counters in different slots', () => {
  test('P10: all are looked at before one of them counts', async () => {
    const { commands, asked } = fakeRedis((key) => (key === 'b' ? refused : taken))
    const attempts = redisAttempts(commands, { prefix: '', isCluster: true })
    const step = { taken: false, count: 3, retryAfterMilliseconds: 5000 }
    expect(await attempts.takeAll(entries)).toEqual({ taken: false, refusedBy: 1, step })
    expect(asked).toEqual(['look a', 'look b', 'look c'])
  })

  test('P10: what was counted is given back when one refuses in between', async () => {
    const { commands, asked } = fakeRedis((key, mode) =>
      key === 'b' && mode === 'take' ? refused : taken,
    )
    const attempts = redisAttempts(commands, { prefix: '', isCluster: true })
    expect(await attempts.takeAll(entries)).toMatchObject({ taken: false, refusedBy: 1 })
    expect(asked.slice(3)).toEqual(['take a', 'take b', 'take c', 'settle [{}] a', 'settle [{}] c'])
  })

  test('a server that names several keys an error is asked so once, and then for each', async () => {
    const { commands, asked } = fakeRedis(() => taken)
    const attempts = redisAttempts(commands, { prefix: '', isCluster: false })
    const step = { taken: true, count: 1, retryAfterMilliseconds: 0 }
    const all = { taken: true, steps: [step, step, step] }
    expect(await attempts.takeAll(entries)).toEqual(all)
    expect(await attempts.takeAll(entries)).toEqual(all)
    await attempts.settle(entries.map(({ key }) => ({ key, change: 'clear' })))
    expect(asked.filter((one) => one === 'all')).toHaveLength(1)
    expect(asked).toContain('settle [{"clears":true}] c')
  })

  test('Z2: another error of the server is no reason to ask again', async () => {
    let times = 0
    const commands: Commands = {
      send: () => Promise.reject(unavailable('nothing is sent but scripts')),
      async run() {
        times += 1
        throw unavailable(new Error('OOM command not allowed'))
      },
    }
    const attempts = redisAttempts(commands, { prefix: '', isCluster: false })
    const outage = { code: 'temporarily_unavailable' }
    await expect(attempts.takeAll(entries)).rejects.toMatchObject(outage)
    expect(times).toBe(1)
  })
})
