import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { contractLifetimes } from '../../../src/stores/contract/index.ts'
import { openRedisStores } from '../../../src/stores/redis/open.ts'

describe('Z5: a URL of Redis that cannot be read is refused without a word of it', () => {
  test.each([
    'redis://user:geheim#more@one',
    'redis://user:ge?heim@one',
    'redis://user:geheim%zz@one',
    'redis://user:geheim@one/name',
    'redis+cluster://user:geheim#more@one:1,two:2',
    'redis+sentinel://user:geheim%zz@one/main',
  ])('%s', async (redis) => {
    const error = await openRedisStores({ redis, ...contractLifetimes }).catch((reason) => reason)
    expect(error).toBeInstanceOf(Error)
    expect(error.message).toMatch(/cannot be read.*%23/)
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/geheim|heim@/)
  })
})
