/** A client as an application would write one: it remembers tokens, or it keeps a cookie jar. */

import type { Transport } from '../../src/wire.ts'
import { type Answer, send } from './send.ts'
import { password as usualPassword } from './test-server.ts'

export interface Client {
  readonly transport: Transport
  /** Sends with whatever credentials are held, and keeps what the answer hands out. */
  call(method: string, path: string, body?: unknown): Promise<Answer>
  register(username: string, password?: string): Promise<Answer>
  login(username: string, password?: string): Promise<Answer>
  refresh(): Promise<Answer>
  /** Sends a refresh whose answer never arrives. */
  refreshInVain(): Promise<void>
  /** The tokens held, whichever way they came. */
  held(): { readonly accessToken: string; readonly refreshToken: string }
  cookies(): readonly string[]
}

interface Cookie {
  readonly value: string
  readonly path: string
}

export function createClient(base: string, transport: Transport = 'bearer'): Client {
  const jar = new Map<string, Cookie>()
  let tokens = { accessToken: '', refreshToken: '' }

  const cookieHeader = (path: string): string =>
    [...jar]
      .filter(([, cookie]) => path.startsWith(cookie.path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ')

  function credentials(path: string): Record<string, string> {
    if (transport === 'cookie') return { Origin: base, Cookie: cookieHeader(path) }
    return tokens.accessToken === '' ? {} : { Authorization: `Bearer ${tokens.accessToken}` }
  }

  const sendHeld = (method: string, path: string, body?: unknown): Promise<Answer> =>
    send(`${base}${path}`, method, { body, headers: credentials(path) })

  async function call(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await sendHeld(method, path, body)
    const { accessToken, refreshToken } = answer.body
    if (accessToken && refreshToken) tokens = { accessToken, refreshToken }
    for (const line of answer.setCookies) keepCookie(jar, line)
    return answer
  }

  const refreshBody = () =>
    transport === 'bearer' ? { refreshToken: tokens.refreshToken } : undefined

  const heldCookie = (suffix: string): string =>
    [...jar].find(([name]) => name.endsWith(suffix))?.[1].value ?? ''

  return {
    transport,
    call,
    register: (username, password = usualPassword) =>
      call('POST', '/auth/register', { username, password, transport }),
    login: (username, password = usualPassword) =>
      call('POST', '/auth/login', { username, password, transport }),
    refresh: () => call('POST', '/auth/refresh-token', refreshBody()),
    refreshInVain: async () => {
      await sendHeld('POST', '/auth/refresh-token', refreshBody())
    },
    held: () =>
      transport === 'bearer'
        ? tokens
        : { accessToken: heldCookie('access_token'), refreshToken: heldCookie('refresh_token') },
    cookies: () => [...jar.keys()],
  }
}

/** Makes an account and logs it in. */
export async function loggedIn(
  base: string,
  username: string,
  transport: Transport = 'bearer',
): Promise<Client> {
  const client = createClient(base, transport)
  await client.register(username)
  const { status } = await client.login(username)
  if (status !== 200) throw new Error(`log-in answered ${status}`)
  return client
}

/** The claims of an access token, unverified. */
export function claimsOf(accessToken = ''): { readonly sub: string; readonly sid: string } {
  return JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString())
}

function keepCookie(jar: Map<string, Cookie>, line: string): void {
  const [pair = '', ...attributes] = line.split('; ')
  const [name = '', value = ''] = pair.split('=')
  const path = attributes.find((text) => text.startsWith('Path='))?.slice(5) ?? '/'
  if (attributes.includes('Max-Age=0')) jar.delete(name)
  else jar.set(name, { value, path })
}
