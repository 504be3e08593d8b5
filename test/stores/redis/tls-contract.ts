/**
 * The store contract on one Redis by URL, as a process of its own: which authorities it trusts is
 * settled by NODE_EXTRA_CA_CERTS when it starts. Prints one line of JSON a rule.
 */

import {
  contractLifetimes,
  runContractRule,
  storeContract,
} from '../../../src/stores/contract/index.ts'
import { openRedisStores } from '../../../src/stores/redis/open.ts'
import { redisFactory, untilAnswered } from './factory.ts'

const { REDIS_URL: redis = '', REDIS_PREFIX: prefix = '' } = process.env
const factory = redisFactory(() => ({ redis, prefix }))

for (const rule of storeContract.filter(({ sessions }) => sessions !== 'beside')) {
  const { title, outcome, error } = await runContractRule(rule, factory, { rounds: 2 })
  process.stdout.write(`${JSON.stringify({ title, outcome, error: String(error) })}\n`)
}

// A key that does not begin with the prefix is none of this user's.
const elsewhere = await openRedisStores({ redis, prefix: 'elsewhere:', ...contractLifetimes })
await untilAnswered(() => elsewhere.sessions.ping())
const refused = await elsewhere.attempts.read('key').then(
  () => 'answered',
  (error) => String(error.cause.message),
)
process.stdout.write(`${JSON.stringify({ title: 'elsewhere', outcome: refused })}\n`)
await elsewhere.sessions.close()
