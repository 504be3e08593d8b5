import { afterAll } from 'vitest'
import { contractLifetimes } from '../../../src/stores/contract/index.ts'
import { openMongoStores } from '../../../src/stores/mongodb/open.ts'
import { notShown } from '../../left-out.ts'
import { hasMongo, startMongo } from '../../support/mongodb-server.ts'
import { contractLeftOut, contractTests } from '../contract/contract-tests.ts'

/** What is held is the outcome; a loaded machine may take its time. */
const patient = (url: string) =>
  `${url}?waitQueueTimeoutMS=20000&connectTimeoutMS=20000&serverSelectionTimeoutMS=20000`

if (hasMongo('the store contract in MongoDB')) {
  const server = await startMongo({ orGiven: true })
  if (server.kind === 'mongo-java-server') {
    notShown(
      'MongoDB: majority, elections and rollback, the indexes of a query, a crash',
      'a mongod',
    )
  }
  afterAll(() => server.dispose())
  let opened = 0

  contractTests(
    'MongoDB',
    async () => {
      let now = 1_800_000_000_000
      opened += 1
      const database = patient(server.url(`countersign_test_${process.pid}_${opened}`))
      const deadlines = { tokenPath: 20_000, others: 20_000 }
      const options = { database, clock: () => now, deadlines, ...contractLifetimes }
      const handles = [await openMongoStores(options), await openMongoStores(options)] as const
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
    10,
  )
} else contractLeftOut('MongoDB')
