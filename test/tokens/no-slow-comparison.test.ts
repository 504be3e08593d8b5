/** What a token says meets no expression that backtracks, and codes are compared in constant time. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createAuth } from '../../src/auth.ts'
import { codeOf, createForge, goodClaims } from './token-kit.ts'

const source = join(import.meta.dirname, '../../src')

const filesIn = (folder: string) =>
  readdirSync(join(source, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ name, text: readFileSync(join(source, folder, name), 'utf8') }))

it('J18: the files that read access tokens have no regular expression', () => {
  const withExpressions = ['tokens', 'verifier']
    .flatMap(filesIn)
    .filter(({ text }) => /\bRegExp\b|\.(?:match|matchAll|test|exec)\(|\(\/[^/*]/.test(text))
    .map(({ name }) => name)
  expect(withExpressions).toEqual([])
})

it('J18: issuer and audience are texts, and an expression stops the start', async () => {
  for (const name of ['issuer', 'audience']) {
    const options = { [name]: /^(a+)+$/, database: 'sqlite::memory:' }
    await expect(createAuth(options as never)).rejects.toThrow(TypeError)
  }
})

it('J18: signed claims of 6 KB that would make an expression backtrack are checked at once', async () => {
  const { forge, verify, keys } = await createForge('ES256')
  const evil = `${'a'.repeat(5500)}!`
  for (const name of ['aud', 'iss', 'sub', 'jti', 'scope']) {
    const token = await forge({ ...goodClaims, [name]: evil })
    const startedAt = performance.now()
    await codeOf(() => verify(token, goodClaims.iat * 1000))
    expect(performance.now() - startedAt).toBeLessThan(100)
  }
  expect(keys.jwks().keys).toHaveLength(1)
})

it('J19: authentication codes are compared by timingSafeEqual and by nothing else', () => {
  const computing = filesIn('.').filter(({ text }) => /\bcreate(?:Hmac|Mac)\(/.test(text))
  const comparing = computing.filter(({ text }) => /\btimingSafeEqual\(/.test(text))
  expect(comparing.map(({ name }) => name)).toContain(join('tokens', 'refresh-token.ts'))
  const quick = computing.filter(({ text }) => /\.equals\(|Buffer\.compare\(/.test(text))
  expect(quick).toEqual([])
})
