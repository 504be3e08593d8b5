import { contractLifetimes } from '../../../src/stores/contract/index.ts'
import { openSqliteStores } from '../../../src/stores/sqlite/open.ts'
import { contractTests } from '../contract/contract-tests.ts'
import { drivers, temporaryPath } from './fixture.ts'

for (const driver of drivers) {
  contractTests(`SQLite by ${driver}`, async () => {
    let now = 1_800_000_000_000
    const options = { path: temporaryPath(), driver, clock: () => now, ...contractLifetimes }
    const handles = [await openSqliteStores(options), await openSqliteStores(options)] as const
    return {
      stores: handles[0],
      advance: (milliseconds) => {
        now += milliseconds
      },
      anotherHandle: async () => handles[1],
      dispose: async () => void (await Promise.all(handles.map((handle) => handle.close()))),
    }
  })
}
