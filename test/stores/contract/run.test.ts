import { expect, test } from 'vitest'
import {
  contractLifetimes,
  runStoreContract,
  type StoreFactory,
  storeContract,
} from '../../../src/stores/contract/index.ts'
import { openMemoryStores } from '../../../src/stores/memory/index.ts'

const factory: StoreFactory = async () => {
  const stores = await openMemoryStores({ clock: () => 1_800_000_000_000, ...contractLifetimes })
  return { stores, dispose: () => stores.close() }
}

const named = (...suites: readonly string[]) =>
  storeContract.filter(({ suite }) => suites.includes(suite))

test('every rule has a title of its own', () => {
  const titles = storeContract.map(({ suite, title }) => `${suite}: ${title}`)
  expect(new Set(titles).size).toBe(titles.length)
})

test('without a settable clock the rules of time are left out, and not passed', async () => {
  const results = await runStoreContract(factory, { rounds: 1, rules: named('time', 'model') })
  const outcomes = (wanted: string) =>
    new Set(results.filter(({ suite }) => suite === wanted).map(({ outcome }) => outcome))
  expect(outcomes('time')).toEqual(new Set(['left_out']))
  expect(outcomes('model')).toEqual(new Set(['passed']))
})

test('a store that cannot be opened or disposed of fails', async () => {
  const broken = async () => {
    throw new Error('no server')
  }
  const rules = named('passwords and epochs').slice(0, 1)
  expect(await runStoreContract(broken, { rules })).toMatchObject([
    { outcome: 'failed', error: { message: 'no server' } },
  ])
  const stuck = async () => ({ ...(await factory()), dispose: broken })
  expect(await runStoreContract(stuck, { rules })).toMatchObject([{ outcome: 'failed' }])
})

test('a store that never answers fails at the time limit', async () => {
  const silent: StoreFactory = async () => {
    const { stores, dispose } = await factory()
    const raiseEpoch = () => new Promise<never>(() => undefined)
    return { stores: { ...stores, users: { ...stores.users, raiseEpoch } }, dispose }
  }
  const rules = named('passwords and epochs').slice(-1)
  expect(await runStoreContract(silent, { rules, timeLimitSeconds: 0.05 })).toMatchObject([
    { outcome: 'failed', error: { message: 'not done after 0.05 s' } },
  ])
})

test('a failure of the model names its seed', async () => {
  const forgetful: StoreFactory = async () => {
    const { stores, dispose } = await factory()
    const find = async () => undefined
    return { stores: { ...stores, sessions: { ...stores.sessions, find } }, dispose }
  }
  const [result] = await runStoreContract(forgetful, { seed: 7, rules: named('model') })
  expect(result?.outcome).toBe('failed')
  expect(String(result?.error)).toContain('with seed 7 after: ')
})

test('rounds and seed of the random commands can be set', async () => {
  let opened = 0
  const counting: StoreFactory = async () => {
    const given = await factory()
    const { sessions } = given.stores
    const create: typeof sessions.create = (...parameters) => {
      opened += 1
      return sessions.create(...parameters)
    }
    return { ...given, stores: { ...given.stores, sessions: { ...sessions, create } } }
  }
  await runStoreContract(counting, { rounds: 3, rules: named('model') })
  expect(opened).toBe(6)
})
