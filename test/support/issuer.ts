/** A whole server on a real socket whose answers about keys can be replaced, and a verifier of its tokens. */

import type { RequestListener } from 'node:http'
import { onTestFinished } from 'vitest'
import { AuthError } from '../../src/errors.ts'
import { authHandler } from '../../src/node/auth-handler.ts'
import { createVerifier, type ServiceVerifierOptions } from '../../src/resource-server/index.ts'
import { createTestAuth, type TestAuth, type TestAuthOptions } from '../../src/testing/index.ts'
import { listen } from './test-server.ts'

export interface Issuer extends TestAuth {
  readonly base: string
  /** Paths that were asked for, oldest first. */
  readonly asked: string[]
  /** Answers what is asked for keys in place of the server; undefined gives it back. */
  answerWith(listener: RequestListener | undefined): void
  /** A verifier with the same clock. */
  verifier(options?: Partial<ServiceVerifierOptions>): ReturnType<typeof createVerifier>
}

export async function startIssuer(options: TestAuthOptions = {}): Promise<Issuer> {
  let handle: RequestListener = () => {}
  let instead: RequestListener | undefined
  const asked: string[] = []
  const base = await listen((request, response) => {
    asked.push(request.url ?? '')
    ;(instead ?? handle)(request, response)
  })
  const made = await createTestAuth({ issuer: base, ...options })
  onTestFinished(made.close)
  const routes = authHandler(made.auth)
  handle = (request, response) => {
    if (!routes(request, response)) response.writeHead(404).end()
  }
  return {
    ...made,
    base,
    asked,
    answerWith: (listener) => {
      instead = listener
    },
    verifier: (given) => {
      const verifier = createVerifier({ issuer: base, clock: made.clock.now, ...given })
      onTestFinished(verifier.close)
      return verifier
    },
  }
}

/** The code of the error that a verification ends with, or `'verified'`. */
export async function verdictOf(run: () => unknown): Promise<string> {
  try {
    await run()
    return 'verified'
  } catch (error) {
    return error instanceof AuthError ? error.code : String(error)
  }
}

/** The token with a kid that nobody has. */
export function withKid(token: string, kid: string): string {
  const [header = '', payload, signature] = token.split('.')
  const changed = { ...JSON.parse(Buffer.from(header, 'base64url').toString()), kid }
  return [Buffer.from(JSON.stringify(changed)).toString('base64url'), payload, signature].join('.')
}
