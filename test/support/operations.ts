/** Every route, read from the OpenAPI description, so that a new one is in every test of all. */

import { createAuth } from '../../src/auth.ts'
import { testSecret } from './test-server.ts'

export interface BodySchema {
  readonly type: string
  readonly properties?: Readonly<Record<string, unknown>>
  readonly required?: readonly string[]
}

export interface Operation {
  readonly name: string
  readonly method: string
  /** With the mount point. */
  readonly path: string
  /** True when it takes an access token. */
  readonly isGuarded: boolean
  /** Undefined where no body is read. */
  readonly schema: BodySchema | undefined
}

interface Described {
  readonly security?: unknown
  readonly requestBody?: { readonly content: Record<string, { readonly schema: BodySchema }> }
}

export async function describeOperations(): Promise<Operation[]> {
  const auth = await createAuth({ database: 'sqlite::memory:', secret: testSecret })
  const { body } = await auth.http.handle({
    method: 'GET',
    path: '/openapi.json',
    header: () => undefined,
    repeatedAuthorization: false,
    address: undefined,
    body: async () => ({ parsed: undefined }),
  })
  await auth.close()
  const { paths } = JSON.parse(body ?? '') as { paths: Record<string, Record<string, Described>> }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security, requestBody }]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path: `/auth${path}`,
      isGuarded: security !== undefined,
      schema: requestBody?.content['application/json']?.schema,
    })),
  )
}
