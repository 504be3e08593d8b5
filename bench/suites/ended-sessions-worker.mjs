// The set of ended sessions by itself, for ended-sessions.mjs: its memory, and how long a look-up takes.
//
// Argument: how many have ended. Needs --expose-gc. Prints { bytes, lookUpNanoseconds }.
import { uuidV7 } from '../../dist/crypto/uuid.js'
import { createRevocationSet } from '../../dist/verifier/revocation-set.js'

const count = Number(process.argv[2])
const asked = 20_000
const times = 100

/** Text of its own for every id, as JSON gives it, and not parts that are joined when they are read. */
const newId = () => JSON.parse(JSON.stringify(uuidV7(Date.now())))

function usedBytes() {
  // Twice: array buffers that one collection finds are given back beside what runs on.
  global.gc()
  global.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const set = createRevocationSet({ accessLifetimeSeconds: 900, leewaySeconds: 5 })
const before = usedBytes()
for (let index = 0; index < count; index += 1) set.endSession(newId(), Date.now())
const bytes = count === 0 ? undefined : Number(((usedBytes() - before) / count).toFixed(1))

const claims = Array.from({ length: asked }, () => ({ sid: newId(), sub: newId(), epoch: 0 }))

function askAll() {
  let found = 0
  for (const one of claims) if (set.isRevoked(one)) found += 1
  return found
}

for (let round = 0; round < 20; round += 1) askAll()
const startedAt = process.cpuUsage()
let found = 0
for (let round = 0; round < times; round += 1) found += askAll()
const { user, system } = process.cpuUsage(startedAt)
if (found > 0) throw new Error('a session was found that has not ended')
const lookUpNanoseconds = Number((((user + system) * 1000) / (asked * times)).toFixed(1))
console.log(JSON.stringify({ bytes, lookUpNanoseconds }))
