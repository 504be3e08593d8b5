/** What an issuer may be: a URL, judged as text. Asks no network and runs in any runtime. */

/** True for a web URL without query, fragment and trailing slash (RFC 8414 §2). */
export function isIssuer(value: string): boolean {
  if (!URL.canParse(value)) return false
  const url = new URL(value)
  const isWeb = url.protocol === 'https:' || url.protocol === 'http:'
  return isWeb && url.search === '' && url.hash === '' && !value.endsWith('/')
}

/** True for a URL with a user name or a password in it. */
export function holdsCredentials(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { username, password } = new URL(value)
  return username !== '' || password !== ''
}

/** True for an http URL of this machine, where browsers keep cookies without `Secure`. */
export function isLoopback(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}
