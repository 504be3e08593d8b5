/** The rules of passwords as a client meets them (P1 to P5, M26; ASVS 6.2). */

import { describe, expect, test } from 'vitest'
import { send } from '../support/send.ts'
import { shareServer } from '../support/test-server.ts'

const servers = {
  argon2id: shareServer(),
  bcrypt: shareServer({ passwords: { algorithm: 'bcrypt', cost: 10 } }),
  strict: shareServer({
    issuer: 'https://auth.acme.example',
    serviceName: 'Acme Shop',
    passwords: { preset: 'nist-single-factor', contextWords: ['roadrunner'] },
  }),
}
type Server = keyof typeof servers

const post = (server: Server, path: string, body: unknown) =>
  send(`${servers[server].get().base}/auth${path}`, 'POST', { body })

let count = 0
async function register(server: Server, password: string) {
  count += 1
  const username = `person${count}`
  const answer = await post(server, '/register', { username, password })
  const logIn = async (presented: string) =>
    (await post(server, '/login', { username, password: presented })).status
  return { status: answer.status, title: String(answer.body.title), code: answer.body.code, logIn }
}

describe.each(['argon2id', 'bcrypt'] as const)('with %s', (algorithm) => {
  test('P1: eight emoji are enough, seven are not', async () => {
    const seven = await register(algorithm, '🦊🦉🐢🐙🦔🐌🐝')
    expect(seven).toMatchObject({ status: 400, title: 'Use 8 characters or more.' })
    const eight = await register(algorithm, '🦊🦉🐢🐙🦔🐌🐝🐞')
    expect(eight.status).toBe(201)
    expect(await eight.logIn('🦊🦉🐢🐙🦔🐌🐝🐞')).toBe(200)
    expect(await eight.logIn('🦊🦉🐢🐙🦔🐌🐝🐛')).toBe(401)
  })

  test('P1: a letter and its combining mark are one character', async () => {
    expect((await register(algorithm, 'e\u0301x\u0301e\u0300zqw')).status).toBe(400)
    expect((await register(algorithm, 'e\u0301x\u0301e\u0300zqwvk')).status).toBe(201)
  })

  test('P2: byte 73 counts, and 257 characters are refused with the reason', async () => {
    const start = 'q~'.repeat(36)
    const { status, logIn } = await register(algorithm, `${start}a`)
    expect(status).toBe(201)
    expect(await logIn(`${start}a`)).toBe(200)
    expect(await logIn(`${start}b`)).toBe(401)
    expect(await logIn(start)).toBe(401)
    const most = await register(algorithm, `${'q~'.repeat(127)}xy`)
    expect(await most.logIn(`${'q~'.repeat(127)}xy`)).toBe(200)
    expect(await most.logIn(`${'q~'.repeat(127)}xyz`)).toBe(401)
    const tooLong = await register(algorithm, `${'q~'.repeat(128)}x`)
    expect(tooLong).toMatchObject({
      status: 400,
      code: 'password_refused',
      title: 'Use 256 characters (1024 bytes) or fewer.',
    })
  })

  test('P4: composed and decomposed, any space: one password', async () => {
    const { logIn } = await register(algorithm, 'Ångström im Café')
    expect(await logIn('Ångström im Café'.normalize('NFD'))).toBe(200)
    expect(await logIn('Ångström\u00a0im\u3000Café')).toBe(200)
    expect(await logIn('ångström im café')).toBe(401)
  })
})

describe('with the preset nist-single-factor', () => {
  test('P1, P3: 15 characters of one kind are taken and 14 refused', async () => {
    expect(await register('strict', 'vjxqkwpzmfrtyg')).toMatchObject({
      status: 400,
      title: 'Use 15 characters or more.',
    })
    expect((await register('strict', 'vjxqkwpzmfrtygh')).status).toBe(201)
  })

  test.each(['passwordpassword', 'letmeinletmein12', 'Iloveyouforever1'])(
    'P5: %j, made of common passwords, is refused',
    async (password) => {
      expect(await register('strict', password)).toMatchObject({ code: 'password_refused' })
    },
  )

  test.each(['Acme Shop 2026-11', '11-auth.acme.example', 'roadrunnerROADRUNNER'])(
    'P5: %j, made of the service, its host or a context word, is refused',
    async (password) => {
      expect(await register('strict', password)).toMatchObject({
        status: 400,
        title: 'The password must not be made of your name, address or this service.',
      })
    },
  )
})
