import { contractLifetimes } from '../../../src/stores/contract/index.ts'
import { joinStores } from '../../../src/stores/joined/open.ts'
import { openMemoryStores } from '../../../src/stores/memory/index.ts'
import { lossySessions } from '../../support/separate-sessions.ts'
import { contractTests } from './contract-tests.ts'

const leavesOut = ['a reader that waits sees what another handle ends, and the ended session']

contractTests(
  'accounts joined with separate sessions',
  async () => {
    let now = 1_800_000_000_000
    const options = { clock: () => now, ...contractLifetimes }
    const accounts = await openMemoryStores(options)
    const { oneTimeTokens, attempts } = accounts
    const lossy = lossySessions(options)
    const stores = joinStores(accounts, {
      sessions: lossy,
      oneTimeTokens,
      attempts,
    })
    const advance = (milliseconds: number) => {
      now += milliseconds
    }
    const loseSessions = async () => lossy.wipe()
    return { stores, advance, loseSessions, dispose: () => stores.close() }
  },
  leavesOut,
  'apart',
)
