/**
 * A request without a framework: what an adapter hands in.
 *
 * Small and plain, so that it works whether or not the application has parsed the body already.
 */

/** The part that the guard needs. */
export interface GuardRequest {
  readonly method: string
  /** @param name in lower case. @returns undefined when the header is absent. */
  header(name: string): string | undefined
  /** True when there is more than one Authorization line (RFC 9110 §5.3 allows one). */
  readonly repeatedAuthorization: boolean
}

/** Bytes as they came, or what the application's own body parser has made of them. */
export type RequestBody =
  | { readonly bytes: Uint8Array }
  | { readonly parsed: unknown }
  | { readonly tooLarge: true }

export interface HttpRequest extends GuardRequest {
  /** Path under the mount point, without the query. */
  readonly path: string
  /** Of the socket's other end; `client-address.ts` finds the client's. */
  readonly address: string | undefined
  /** Reads the body, at most once and at most `maximumBodyBytes` of it. */
  body(): Promise<RequestBody>
}

/** 16 KB: twice the largest token, and far more than any other field needs. */
export const maximumBodyBytes = 16_384

/** The path under the mount point, `''` for the point itself; undefined when it is elsewhere. */
export function pathUnder(basePath: string, path: string): string | undefined {
  if (!path.startsWith(basePath)) return undefined
  const rest = path.slice(basePath.length)
  return rest === '' || rest.startsWith('/') ? rest : undefined
}
