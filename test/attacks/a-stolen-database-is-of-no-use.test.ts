/**
 * Whoever reads the database can neither present a token nor sign one (R6, K3, P7; ASVS 7.2.3, 11.5.1).
 *
 * Without the server secret: it is outside the file.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createTestAuth, password, testSecret } from '../support/test-server.ts'

async function liveALittle() {
  const { auth, folder, advance } = await createTestAuth()
  await auth.register({ username: 'ada', password })
  const { session } = await auth.login({ username: 'ada', password })
  const refreshTokens = [session.refreshToken]
  const accessTokens = [session.accessToken]
  for (let round = 0; round < 3; round += 1) {
    advance(60_000)
    const next = await auth.refresh(refreshTokens.at(-1) ?? '')
    refreshTokens.push(next.refreshToken)
    accessTokens.push(next.accessToken)
  }
  return { auth, folder, refreshTokens, accessTokens }
}

const contentOf = (folder: string): Buffer =>
  Buffer.concat(
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.includes('.db'))
      .map(({ name }) => readFileSync(join(folder, name))),
  )

/** A value as it is, and in the encodings in which it could lie in a file. */
const formsOf = (value: string): readonly Buffer[] => {
  const bytes = Buffer.from(value.replace(/^csr_/, ''), 'base64url')
  return [Buffer.from(value), bytes, Buffer.from(bytes.toString('hex'))]
}

test('R6, K3, P7: the file holds no token, authentication code, password, secret or private key', async () => {
  const { folder, refreshTokens, accessTokens } = await liveALittle()
  const content = contentOf(folder)
  expect(content.includes('ada')).toBe(true)
  expect(content.includes('$argon2id$v=19$m=19456,t=2,p=1$')).toBe(true)
  for (const token of refreshTokens) {
    for (const form of formsOf(token)) expect(content.includes(form)).toBe(false)
    const mac = Buffer.from(token.slice(4), 'base64url').subarray(70)
    expect(content.includes(mac)).toBe(false)
  }
  for (const token of accessTokens) {
    const signature = token.split('.')[2] ?? ''
    for (const form of [...formsOf(token), ...formsOf(signature)]) {
      expect(content.includes(form)).toBe(false)
    }
  }
  for (const text of [password, testSecret, '"d":"']) expect(content.includes(text)).toBe(false)
})

test('R6: tokens differ in 64 random bits and end in a code that only the secret makes', async () => {
  const { auth, refreshTokens } = await liveALittle()
  const newest = refreshTokens.at(-1) ?? ''
  const nonces = [await auth.refresh(newest), await auth.refresh(newest)].map(({ refreshToken }) =>
    Buffer.from(refreshToken.slice(4), 'base64url').subarray(46, 54).toString('hex'),
  )
  expect(new Set(nonces).size).toBe(2)

  // What a reader of the file knows is everything but the code.
  const { auth: elsewhere } = await createTestAuth({
    secret: 'another secret of the same length!!!',
  })
  const guessed = Buffer.from(newest.slice(4), 'base64url')
  for (const code of [Buffer.alloc(32), guessed.subarray(38, 70)]) {
    guessed.set(code, 70)
    const forged = `csr_${guessed.toString('base64url')}`
    await expect(auth.refresh(forged)).rejects.toMatchObject({ code: 'refresh_token_invalid' })
  }
  await expect(elsewhere.refresh(newest)).rejects.toMatchObject({ code: 'refresh_token_invalid' })
  expect(await auth.refresh(newest)).toHaveProperty('refreshToken')
})
