import { afterAll, describe } from 'vitest'
import { contractLifetimes } from '../../../src/stores/contract/index.ts'
import { openPostgresStores } from '../../../src/stores/postgres/open.ts'
import { sharedPostgres } from '../../support/postgres-server.ts'
import { contractTests } from '../contract/contract-tests.ts'

const server = await sharedPostgres('the store contract in PostgreSQL')
afterAll(() => server?.dispose())
const url = await server?.createDatabase()
let opened = 0

describe.runIf(url)('in a database of its own', () => {
  contractTests(
    'PostgreSQL',
    async () => {
      let now = 1_800_000_000_000
      opened += 1
      // A schema each: a new database would take a second.
      const options = {
        database: `${url}?schema=contract_${opened}`,
        clock: () => now,
        ...contractLifetimes,
      }
      const handles = [
        await openPostgresStores(options),
        await openPostgresStores(options),
      ] as const
      return {
        stores: handles[0],
        advance: (milliseconds: number) => {
          now += milliseconds
        },
        anotherHandle: async () => handles[1],
        dispose: async () => void (await Promise.all(handles.map((handle) => handle.close()))),
      }
    },
    [],
    'beside',
    20,
  )
})
