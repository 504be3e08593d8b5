// All suites, in the order in which `all` runs them.
import { endedSessions } from './ended-sessions.mjs'
import { flood } from './flood.mjs'
import { growth } from './growth.mjs'
import { guard } from './guard.mjs'
import { install } from './install.mjs'
import { login } from './login.mjs'
import { memory } from './memory.mjs'
import { refresh } from './refresh.mjs'
import { revocation } from './revocation.mjs'
import { start } from './start.mjs'
import { storeMemory } from './store-memory.mjs'
import { verification } from './verification.mjs'
import { workers } from './workers.mjs'

export const suites = {
  guard,
  verification,
  refresh,
  workers,
  login,
  revocation,
  flood,
  start,
  memory,
  'store-memory': storeMemory,
  install,
  growth,
  'ended-sessions': endedSessions,
}
