// Accounts and sessions of the standalone server, made over HTTP as anybody makes them.
import { bearerPlan, loginPlan, openPlan, password, refreshPlan } from '../candidates/announce.mjs'

async function postJson(url, body) {
  const headers = { 'Content-Type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return response.json()
}

const username = (index) => `bench-${index}`
const register = (url, index = 0) =>
  postJson(`${url}/auth/register`, { username: username(index), password })
export const logIn = (url, index = 0) =>
  postJson(`${url}/auth/login`, { username: username(index), password })

/** The same plans that the embedded candidates announce. */
export async function clientsOfStandalone(url, role, count) {
  if (role === 'start') return openPlan('/healthz')
  const indexes = Array.from({ length: count }, (_, index) => index)
  if (role === 'login' || role === 'flood') {
    for (const index of indexes) await register(url, index)
    const plan = loginPlan(indexes.map(username), { username: '$TOKEN', password })
    return { ...plan, guard: bearerPlan([(await logIn(url)).accessToken]) }
  }
  await register(url)
  const sessions = []
  for (const _ of indexes) sessions.push(await logIn(url))
  if (role === 'refresh') return refreshPlan(sessions.map(({ refreshToken }) => refreshToken))
  return bearerPlan(sessions.map(({ accessToken }) => accessToken))
}
