import { describe, expect, test } from 'vitest'
import { runStoreContract, storeContract } from '../../../src/stores/contract/index.ts'
import { mutants } from './mutant-list.ts'
import { mutatedMemory } from './mutants.ts'

const rounds = 8

describe('the store contract', () => {
  test('finds nothing in the memory store as it is', async () => {
    const results = await runStoreContract(await mutatedMemory(), { rounds })
    expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([])
  })

  test.each(Object.entries(mutants))('notices %s', async (_title, { suites, ...mutant }) => {
    const rules = storeContract.filter(({ suite }) => suites.includes(suite))
    const results = await runStoreContract(await mutatedMemory(mutant), { rounds, rules })
    const failed = results.filter(({ outcome }) => outcome === 'failed')
    expect([...new Set(failed.map(({ suite }) => suite))].sort()).toEqual([...suites].sort())
  })
})
