// Countersign on node:http: accounts in an SQLite file, sessions in Redis.
import { createServer } from 'node:http'
import { join } from 'node:path'
import { createAuth } from '../dist/index.js'
import { authHandler } from '../dist/node/index.js'
import { joinStores } from '../dist/stores/joined/open.js'
import { openRedisStores } from '../dist/stores/redis/open.js'
import { openSqliteStores } from '../dist/stores/sqlite/open.js'

const hour = 3_600_000
const lifetimes = {
  accessLifetime: hour / 4,
  inactivityTimeout: 168 * hour,
  absoluteLifetime: 720 * hour,
}
const dataFolder = process.env.COUNTERSIGN_DATA
const path = join(dataFolder, 'countersign.db')
const accounts = await openSqliteStores({ path, clock: () => Date.now(), ...lifetimes })
// A machine that is busy with other things must not end the bench by the deadline.
const patience = { deadlineMilliseconds: 2000 }
const redis = await openRedisStores({ redis: process.env.REDIS_URL, ...patience, ...lifetimes })
const stores = joinStores(accounts, { ...redis, oneTimeTokens: accounts.oneTimeTokens })
const auth = await createAuth({ stores, dataFolder, session: { limit: 'off' } })
const handle = authHandler(auth)
const server = createServer((request, response) => {
  if (!handle(request, response)) response.writeHead(404).end()
})

server.listen({ host: '127.0.0.1', port: 0 }, () => {
  console.log(`countersign listens on http://127.0.0.1:${server.address().port}`)
})
