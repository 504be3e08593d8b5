/** Sessions that change their store while the accounts stay where they are. */

import { describe, expect, test } from 'vitest'
import { typed } from '../cli/run-command.ts'
import { logIn, openServer, register } from './deployment.ts'
import { storesAtHand } from './stores-at-hand.ts'

const kinds = await storesAtHand('moving sessions alone')
const withRedis = kinds.filter(({ name }) => name.endsWith('with Redis'))
const found = withRedis.length > 0
// An empty list would make no test to skip, and a file without any is a failure.
const tried = found ? withRedis : kinds

describe.runIf(found)('I3, R14: only sessions are moved', () => {
  test.each(tried)('into Redis and back: $name', async ({ newPlace }) => {
    const place = newPlace()
    const { database } = place
    const redis = `${place.redis} --PREFIX ${place.redisPrefix}`
    const old = await openServer({ database })
    await register(old, 'ada')
    const ada = await logIn(old, 'ada')
    const out = await logIn(old, 'ada')
    await old.logout({ refreshToken: out.refreshToken })
    await old.close()

    const both = `migrate-store --from ${database} --to ${database}`
    const into = await typed(`${both} --to-redis ${redis.replace('PREFIX', 'to-redis-prefix')}`)
    expect([into.code, into.output]).toEqual([0, expect.stringContaining('1 sessions (1 written)')])
    const next = await openServer(place)
    const once = await next.refresh(ada.refreshToken)
    const ended = next.refresh(out.refreshToken)
    await expect(ended).rejects.toMatchObject({ code: 'session_ended' })
    const twice = await next.refresh(once.refreshToken)
    await next.close()

    const back = await typed(`${both} --from-redis ${redis.replace('PREFIX', 'from-redis-prefix')}`)
    expect([back.code, back.output]).toEqual([0, expect.stringContaining('1 sessions (1 written)')])
    const last = await openServer({ database })
    await last.refresh(twice.refreshToken)
    const again = last.refresh(out.refreshToken)
    await expect(again).rejects.toMatchObject({ code: 'session_ended' })
  })

  test.each(tried)('the database alone, beside the same Redis: $name', async ({ newPlace }) => {
    const place = newPlace()
    const to = { ...newPlace(), redisPrefix: place.redisPrefix }
    const old = await openServer(place)
    await register(old, 'ada')
    const ada = await logIn(old, 'ada')
    const out = await logIn(old, 'ada')
    await old.logout({ refreshToken: out.refreshToken })
    await old.close()
    const redis = (side: string) =>
      `--${side}-redis ${place.redis} --${side}-redis-prefix ${place.redisPrefix}`
    const sides = `--from ${place.database} ${redis('from')} --to ${to.database} ${redis('to')}`
    const { code, errors } = await typed(`migrate-store ${sides}`)
    expect([code, errors]).toEqual([0, expect.any(String)])
    const next = await openServer(to)
    await next.refresh(ada.refreshToken)
    const ended = next.refresh(out.refreshToken)
    await expect(ended).rejects.toMatchObject({ code: 'session_ended' })
  })
})
