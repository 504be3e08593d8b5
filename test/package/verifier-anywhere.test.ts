/** The verifier with nothing but web standards: bundled as for a browser, run without Node's globals. */

import { webcrypto } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { build, type Platform } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { startIssuer } from '../support/issuer.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A script that hands its exports over; it fails to build when anything of Node is imported. */
async function bundle(platform: Platform): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { createVerifier } from 'countersign/verifier'
        import { requireAuth } from 'countersign/fetch'
        globalThis.made = { createVerifier, requireAuth }`,
      resolveDir: root,
    },
    bundle: true,
    write: false,
    platform,
    mainFields: ['module', 'main'],
    format: 'iife',
    logLevel: 'silent',
  })
  return outputFiles[0]?.text ?? ''
}

/** What every runtime of web standards has (WinterTC, the minimum common API). */
const webGlobals = () => {
  const { AbortController, AbortSignal, Headers, Request, Response, TextDecoder, TextEncoder } =
    globalThis
  const { URL, atob, btoa, clearTimeout, crypto, fetch } = globalThis
  return {
    ...{ AbortController, AbortSignal, Headers, Request, Response, TextDecoder, TextEncoder },
    ...{
      URL,
      Uint8Array,
      atob,
      btoa,
      clearTimeout,
      crypto,
      CryptoKey: (webcrypto as { CryptoKey?: unknown }).CryptoKey,
      fetch,
    },
    // As elsewhere, a number and not an object.
    setTimeout: (run: () => void, wait: number) => Number(setTimeout(run, wait)),
  }
}

describe.each(['browser', 'neutral'] as const)('bundled for the platform %s', (platform) => {
  test('it verifies, refuses and follows a feed', async () => {
    const context = createContext(webGlobals())
    runInContext(await bundle(platform), context)
    for (const name of ['Buffer', 'process', 'require', 'setImmediate']) {
      expect(runInContext(`typeof ${name}`, context)).toBe('undefined')
    }
    const issuer = await startIssuer()
    const { accessToken, refreshToken, user } = await issuer.loginAs('ada')
    const { revocations: feed } = issuer.auth.http.core.context.sessions
    Object.assign(context, { issuer: issuer.base, accessToken, feed, now: issuer.clock.now })
    const verdict = (): Promise<string> => runInContext('check()', context)
    await runInContext(
      `const { createVerifier, requireAuth } = made
       const verifier = createVerifier({ issuer, clock: now, revocations: { feed } })
       const verify = requireAuth(verifier)
       const check = async () => {
         const headers = { Authorization: 'Bearer ' + accessToken }
         const { claims, response } = await verify(new Request(issuer, { headers }))
         return claims ? claims.sub : (await response.json()).code
       }
       verifier.ready()`,
      context,
    )
    expect(await verdict()).toBe(user.id)
    await issuer.auth.logout({ refreshToken })
    await expect.poll(verdict).toBe('session_ended')
    context.accessToken = `${accessToken.slice(0, -8)}AAAAAAAA`
    expect(await verdict()).toBe('invalid_token')
    await runInContext('verifier.close()', context)
  })
})
