/** A browser's cookie jar (RFC 6265 §5.3, §5.4): by name and path, longer paths first, Max-Age. */

export interface CookieJar {
  /** Keeps what an answer sets, in the order of its lines. */
  keep(setCookies: readonly string[]): void
  /** The Cookie header for a path. */
  header(path?: string): string
  get(name: string): string | undefined
  drop(name: string): void
  /** Name and path of every cookie. */
  names(): readonly string[]
}

interface Cookie {
  readonly name: string
  readonly value: string
  readonly path: string
  readonly endsAt: number
}

const matches = (path: string, cookiePath: string): boolean =>
  path === cookiePath || path.startsWith(cookiePath.endsWith('/') ? cookiePath : `${cookiePath}/`)

/** @param now milliseconds; cookies end by it. */
export function createCookieJar(now: () => number): CookieJar {
  const cookies = new Map<string, Cookie>()
  const live = (): Cookie[] => [...cookies.values()].filter(({ endsAt }) => endsAt > now())
  return {
    keep: (setCookies) => {
      for (const line of setCookies) {
        const [pair = '', ...attributes] = line.split('; ')
        const [name = '', value = ''] = pair.split('=')
        const attribute = (key: string): string | undefined =>
          attributes.find((text) => text.startsWith(`${key}=`))?.slice(key.length + 1)
        const path = attribute('Path') ?? '/'
        const endsAt = now() + Number(attribute('Max-Age') ?? Number.POSITIVE_INFINITY) * 1000
        cookies.set(`${name} ${path}`, { name, value, path, endsAt })
      }
    },
    header: (path = '/') =>
      live()
        .filter((cookie) => matches(path, cookie.path))
        .sort((a, b) => b.path.length - a.path.length)
        .map(({ name, value }) => `${name}=${value}`)
        .join('; '),
    get: (name) => live().find((cookie) => cookie.name === name)?.value,
    drop: (name) => {
      for (const [key, cookie] of cookies) if (cookie.name === name) cookies.delete(key)
    },
    names: () => live().map(({ name, path }) => `${name} ${path}`),
  }
}
