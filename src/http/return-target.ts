/** Where to go after a log-in: only to pages that the application has listed (ASVS 3.7.2). */

const longestTarget = 2048

/**
 * Checks a `returnTo` that came with a request; anybody can have made it.
 *
 * ```ts
 * response.redirect(303, returnTarget(request.body.returnTo, ['/', '/orders', '/orders/'], '/'))
 * ```
 *
 * @param allowed paths. One that ends with `/` allows what is below it; `'/'` is the start page alone.
 * @param fallback where to go instead, taken as it is.
 * @returns path and query of the target, as browsers resolve them; never another site.
 */
export function returnTarget(value: unknown, allowed: readonly string[], fallback: string): string {
  if (typeof value !== 'string' || value.length > longestTarget) return fallback
  if (!/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(value)) return fallback
  const base = 'http://site.invalid'
  if (!URL.canParse(value, base)) return fallback
  // Dot segments are resolved before the list is asked, not after it.
  const { origin, pathname, search } = new URL(value, base)
  if (origin !== base || pathname.startsWith('//')) return fallback
  const isAllowed = allowed.some((path) =>
    path.endsWith('/') && path !== '/' ? pathname.startsWith(path) : pathname === path,
  )
  return isAllowed ? pathname + search : fallback
}
