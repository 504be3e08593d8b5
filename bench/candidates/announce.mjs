// What the servers of the candidates have in common: what they are asked for, and how they say
// where they listen. Each makes the clients that the bench asks for before it listens.

/** guard, refresh, login, flood or start. */
export const role = process.env.BENCH_ROLE ?? 'guard'
/** How many clients, each with a session or an account of its own. */
export const clients = Number(process.env.BENCH_CLIENTS ?? 1)
export const variant = process.argv[2]

/** What the guarded route of every candidate answers, with the caller's id in it. */
export const answerFor = (id) => ({ user: id })
export const accountId = (index) => `01990000-0000-7000-8000-${String(index).padStart(12, '0')}`

export const each = (make) =>
  Promise.all(Array.from({ length: clients }, (_, index) => make(index)))

/** As `each`, one after the other. */
export async function eachInTurn(make) {
  const made = []
  for (let index = 0; index < clients; index += 1) made.push(await make(index))
  return made
}

const json = { 'Content-Type': 'application/json' }

export const bearerPlan = (tokens, path = '/protected') => ({
  request: { path, headers: { Authorization: 'Bearer $TOKEN' } },
  tokens,
})
export const cookiePlan = (tokens, path = '/protected') => ({
  request: { path, headers: { Cookie: '$TOKEN' } },
  tokens,
})
/** A refresh that takes a token in its body and gives the next one in the answer's. */
export const refreshPlan = (tokens, path = '/auth/refresh-token') => ({
  request: { method: 'POST', path, headers: json, body: '{"refreshToken":"$TOKEN"}' },
  tokens,
  next: '"refreshToken":"([^"]+)"',
})
/** Log-ins; a connection has an account of its own, whose name is its token. */
export const loginPlan = (names, fields, path = '/auth/login', headers = {}) => ({
  request: { method: 'POST', path, headers: { ...json, ...headers }, body: JSON.stringify(fields) },
  tokens: names,
})
export const openPlan = (path = '/') => ({ request: { path }, tokens: [] })

export const password = 'a long password for the bench'

/** @param server a node:http server, an Express application or anything else with `listen`. */
export function listen(server, plan) {
  const listening = server.listen({ host: '127.0.0.1', port: 0 }, () => announce(listening, plan))
  return listening
}

export function announce(server, plan) {
  const url = `http://127.0.0.1:${server.address().port}`
  console.log(JSON.stringify({ url, plan }))
}
