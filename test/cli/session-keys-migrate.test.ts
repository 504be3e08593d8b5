import { describe, expect, test } from 'vitest'
import { account, fakeAuth, idOf, key, session } from './fake-auth.ts'
import { typed } from './run-command.ts'

const ada = account(1, { username: 'ada' })

describe('session', () => {
  test('list prints a table, and JSON without the field that is for the session itself', async () => {
    const auth = fakeAuth([ada])
    const { code, output } = await typed('session list ada', { auth })
    expect(code).toBe(0)
    expect(output).toBe(
      [
        'ID                                    LAST USED             ADDRESS    DEVICE',
        `${session.id}  2026-11-25T14:00:00Z  192.0.2.1  Mozilla/5.0`,
      ].join('\n'),
    )
    const { current: _, ...shown } = session
    expect(JSON.parse((await typed('session list ada --json', { auth })).output)).toEqual([shown])
  })

  test('list says so when there is none', async () => {
    const auth = fakeAuth([ada], [])
    expect((await typed('session list ada', { auth })).output).toBe('No sessions.')
    expect((await typed('session list ada --json', { auth })).output).toBe('[]')
  })

  test('end ends one session, and exits 3 for one that the account does not have', async () => {
    const auth = fakeAuth([ada])
    const ended = await typed(`session end ada ${session.id}`, { auth })
    expect([ended.code, ended.output]).toEqual([0, `Session ${session.id} has ended.`])
    expect(auth.ended).toEqual([[ada.id, session.id]])
    const unknown = await typed(`session end ada ${idOf(5)}`, { auth })
    expect([unknown.code, unknown.errors]).toEqual([3, `The account has no session '${idOf(5)}'.`])
    expect((await typed('session end ada', { auth })).errors).toContain('<session-id> is missing')
  })
})

describe('keys', () => {
  test('list prints a table, and JSON', async () => {
    const { output } = await typed('keys list')
    expect(output.split('\n')).toEqual([
      'ALGORITHM  STATE   CREATED               ACTIVE FROM           KID',
      'ES256      active  2026-11-25T13:20:30Z  2026-11-25T13:20:30Z  k1',
    ])
    expect(JSON.parse((await typed('keys list --json')).output)).toEqual([key])
    expect((await typed('keys list', { auth: fakeAuth([], [], []) })).output).toBe('No keys.')
  })

  test('rotate makes a key without asking; --now asks', async () => {
    const auth = fakeAuth()
    const { code, output } = await typed('keys rotate', { auth })
    expect([code, output]).toEqual([0, 'Key k2 is made and signs from 2026-11-25T15:00:00Z on.'])
    expect((await typed('keys rotate --now', { auth })).code).toBe(2)
    expect((await typed('keys rotate --now', { auth, answers: ['n'] })).code).toBe(1)
    expect(auth.rotations).toEqual([{}])
    expect((await typed('keys rotate --now', { auth, answers: ['yes'] })).code).toBe(0)
    const { output: json } = await typed('keys rotate --now --yes --json', { auth })
    expect(JSON.parse(json)).toEqual({ kid: 'k2', activeAt: '2026-11-25T15:00:00.000Z' })
    expect(auth.rotations).toEqual([{}, { now: true }, { now: true }])
  })
})

describe('migrate', () => {
  test('opens the store and closes it', async () => {
    const { code, output, opens, auth } = await typed('migrate')
    expect([code, output, opens]).toEqual([0, 'The database is up to date.', 1])
    expect(auth.closes()).toBe(1)
    expect(JSON.parse((await typed('migrate --json')).output)).toEqual({ upToDate: true })
  })

  test('a dry run prints the SQL that is pending, and opens no store', async () => {
    const pending = ['CREATE SCHEMA one', 'CREATE TABLE one.two ()']
    const { code, output, opens } = await typed('migrate --dry-run', { pending })
    expect([code, output, opens]).toEqual([0, `${pending[0]};\n${pending[1]};`, 0])
    const { output: json } = await typed('migrate --dry-run --json', { pending })
    expect(JSON.parse(json)).toEqual({ sql: pending })
    expect((await typed('migrate --dry-run')).output).toBe('The database is up to date.')
  })
})
