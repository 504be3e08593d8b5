import { contractLifetimes } from '../../../src/stores/contract/index.ts'
import { openMemoryStores } from '../../../src/stores/memory/index.ts'
import { contractTests } from './contract-tests.ts'

const leavesOut = ['a reader that waits sees what another handle ends, and the ended session']

contractTests(
  'memory',
  async () => {
    let now = 1_800_000_000_000
    const stores = await openMemoryStores({ clock: () => now, ...contractLifetimes })
    const advance = (milliseconds: number) => {
      now += milliseconds
    }
    return { stores, advance, dispose: () => stores.close() }
  },
  leavesOut,
)
