/** A story on every pair of technologies: people go on after the move, and what has ended stays so. */

import { describe, expect, test } from 'vitest'
import type { Auth } from '../../src/auth.ts'
import type { StorePlace } from '../../src/cli/store-place.ts'
import { typed } from '../cli/run-command.ts'
import { logIn, openServer, password, register } from './deployment.ts'
import { storesAtHand } from './stores-at-hand.ts'

const kinds = await storesAtHand('moving between stores')

const flags = (side: string, { database, redis, redisPrefix }: StorePlace): string =>
  [
    `--${side} ${database}`,
    redis && `--${side}-redis ${redis}`,
    redisPrefix && `--${side}-redis-prefix ${redisPrefix}`,
  ]
    .filter(Boolean)
    .join(' ')

const move = (from: StorePlace, to: StorePlace, more = '') =>
  typed(`migrate-store ${flags('from', from)} ${flags('to', to)} --json ${more}`.trim())

const codeOf = (running: unknown): Promise<unknown> =>
  Promise.resolve(running).then(
    () => 'let in',
    (error: { readonly code: string }) => error.code,
  )

/** People of all kinds, on the old server. */
async function populate(auth: Auth) {
  const [ada, bob, cleo, dora] = [
    await register(auth, 'ada'),
    await register(auth, 'bob'),
    await register(auth, 'cleo'),
    await register(auth, 'dora'),
  ]
  await auth.users.setRoles(ada, ['admin'])
  await auth.users.import({ externalId: 'x1', username: 'eve', passwordHash: bcrypt })
  const gone = await auth.users.findExternal('x1')
  await auth.users.delete(gone?.id ?? '')
  const first = await logIn(auth, 'ada')
  const second = await auth.refresh(first.refreshToken)
  const adas = await auth.refresh(second.refreshToken)
  const lost = await logIn(auth, 'bob')
  await auth.refresh(lost.refreshToken)
  const out = await logIn(auth, 'bob')
  await auth.logout({ refreshToken: out.refreshToken })
  const disabled = await logIn(auth, 'cleo')
  await auth.users.disable(cleo)
  const doras = await logIn(auth, 'dora')
  return { ids: { ada, bob, cleo, dora }, first, adas, lost, out, disabled, doras }
}

const bcrypt = '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy'

describe('R14, I3: everything is moved', () => {
  for (const source of kinds) {
    for (const target of kinds) {
      test(`from ${source.name} to ${target.name}, and nobody is logged out or back in`, async () => {
        const [from, to] = [source.newPlace(), target.newPlace()]
        const old = await openServer(from)
        const people = await populate(old)
        const live = await move(from, to, '--live')
        expect([live.code, live.errors]).toEqual([0, expect.any(String)])
        // The old server goes on meanwhile.
        const adas = await old.refresh(people.adas.refreshToken)
        await old.logout({ refreshToken: people.doras.refreshToken })
        await old.users.delete(people.ids.dora)
        const fred = await register(old, 'dora')
        const freds = await logIn(old, 'dora')
        await old.close()

        const last = await move(from, to)
        expect(JSON.parse(last.output || '{}').differences ?? last.errors).toEqual([])
        expect(last.code).toBe(0)
        const auth = await openServer(to)
        expect((await auth.verify(adas.accessToken)).sub).toBe(people.ids.ada)
        const next = await auth.refresh(adas.refreshToken)
        expect((await auth.verify(next.accessToken)).roles).toEqual(['admin'])
        await auth.refresh(people.lost.refreshToken)
        await auth.refresh(freds.refreshToken)
        expect((await auth.users.find('dora'))?.id).toBe(fred)
        expect(await auth.users.get(people.ids.dora)).toBe(undefined)
        await auth.login({ username: 'ada', password })
        for (const { refreshToken } of [people.out, people.disabled, people.doras]) {
          expect(await codeOf(auth.refresh(refreshToken))).toBe('session_ended')
        }
        for (const { accessToken } of [people.out, people.disabled, people.doras]) {
          expect(await codeOf((async () => auth.verify(accessToken))())).not.toBe('let in')
        }
        const external = { externalId: 'x1', username: 'eve', passwordHash: bcrypt }
        expect((await auth.users.import(external)).outcome).toBe('deleted')
        // A thief's copy of the first token is found out as ever.
        expect(await codeOf(auth.refresh(people.first.refreshToken))).toMatch(/superseded|replayed/)
      }, 120_000)
    }
  }
})
