// For revocation.mjs: logs one session after the other out at one server and asks another, as fast
// as it answers, until it refuses the access token. Prints the milliseconds from the answer of the
// first to that of the second, one for each session.
//
// Argument: a file with { from, at, accessTokens }.
import { readFileSync } from 'node:fs'
import { messageOf, openSocket } from '../measure/http-socket.mjs'

const { from, at, accessTokens } = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const headers = { Authorization: 'Bearer $TOKEN' }
const logOut = { url: from, request: { method: 'POST', path: '/auth/logout', headers } }
const guarded = { url: at, request: { path: '/protected', headers } }
const mostMilliseconds = 5000

const [one, other] = await Promise.all([openSocket(from), openSocket(at)])
const waits = []
for (const token of accessTokens) {
  const question = messageOf(guarded, token)
  const before = await other.ask(question)
  if (before.status !== 200) throw new Error(`before the log-out it answered ${before.status}`)
  const ended = await one.ask(messageOf(logOut, token))
  if (ended.status !== 204) throw new Error(`the log-out was answered ${ended.status}`)
  const endedAt = performance.now()
  while ((await other.ask(question)).status === 200) {
    if (performance.now() - endedAt > mostMilliseconds) break
  }
  waits.push(performance.now() - endedAt)
}
one.close()
other.close()
console.log(JSON.stringify(waits))
