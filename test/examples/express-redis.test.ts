/** The example with Redis: its README is pasted, and without a Redis it says what to do. */

import { describe, expect, onTestFinished, test } from 'vitest'
import { leftOut } from '../left-out.ts'
import { startExample } from '../support/example-process.ts'
import { freePort, hasRedis, startRedis } from '../support/redis-server.ts'
import { send } from '../support/send.ts'
import { expectStory, paste, readmeBlocks, scriptOf } from './readme.ts'

const found = hasRedis()
if (!found) leftOut('the example with Redis', 'apt-get install redis-server')

describe.runIf(found)('the example', () => {
  test('R14: the commands of its README work when they are pasted', async () => {
    const redis = await startRedis()
    onTestFinished(redis.dispose)
    const example = await startExample('express-redis', { REDIS_URL: redis.url })
    const [start, ...blocks] = readmeBlocks('express-redis')
    expect(scriptOf(start)).toContain('node examples/express-redis/server.mjs')
    const printed = await paste(blocks, example.url, { REDIS_URL: redis.url })
    const story = [
      '"username":"ada"',
      '"code":"credentials_missing"',
      '"session":"',
      '\n204\n',
      '"code":"session_ended"',
      '"code":"session_ended"',
      'OK\n',
      '\n200\n',
    ]
    expectStory(printed, story, 1)
    expect((await send(`${example.url}/readyz`, 'GET')).status).toBe(200)
    expect((await send(`${example.url}/nowhere`, 'GET')).status).toBe(404)
    expect(await example.stop()).toBe(0)
  }, 30_000)
})

test('without a Redis it says how to start one, and ends', async () => {
  const REDIS_URL = `redis://:geheim@127.0.0.1:${await freePort()}`
  const failure = startExample('express-redis', { REDIS_URL })
  await expect(failure).rejects.toThrow(/Redis does not answer[\s\S]*redis-server/)
  await expect(failure).rejects.not.toThrow('geheim')
}, 20_000)
