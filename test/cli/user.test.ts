import { describe, expect, test } from 'vitest'
import { account, fakeAuth, idOf } from './fake-auth.ts'
import { runCommand, typed } from './run-command.ts'

const ada = account(1, {
  username: 'ada',
  email: 'ada@example.org',
  name: 'Ada',
  roles: ['admin', 'editor'],
})
const withAda = () => ({ auth: fakeAuth([ada]) })
const password = 'correct horse battery'

describe('user create', () => {
  const line = ['user', 'create', '--username', 'ada', '--email', 'a@b.example', '--name', 'Ada L']

  test('reads the password from the first line of a piped stdin', async () => {
    const roles = ['--role', 'admin', '--role', 'editor', '--scope', 'files:read']
    const { code, output, auth } = await runCommand([...line, ...roles], { stdin: password })
    expect([code, output]).toEqual([0, `Account ${idOf(1)} is made.`])
    expect(auth.passwords.get(idOf(1))).toBe(password)
    expect(auth.accounts.get(idOf(1))).toMatchObject({
      username: 'ada',
      email: 'a@b.example',
      name: 'Ada L',
      roles: ['admin', 'editor'],
      scopes: ['files:read'],
    })
  })

  test('asks for the password twice at a terminal, without echo', async () => {
    const { code, questions, auth } = await runCommand(line, { answers: [password, password] })
    expect(code).toBe(0)
    expect(questions).toEqual([
      ['New password: ', true],
      ['The same again: ', true],
    ])
    expect(auth.passwords.get(idOf(1))).toBe(password)
  })

  test('makes nothing when the two passwords differ, or the person leaves', async () => {
    const differs = await runCommand(line, { answers: [password, 'another'] })
    expect([differs.code, differs.opens]).toEqual([4, 0])
    const leaves = await runCommand(line, { answers: [undefined] })
    expect([leaves.code, leaves.opens, leaves.errors]).toEqual([
      1,
      0,
      'Cancelled; nothing was changed.',
    ])
  })

  test('is misuse without a password, and without a name', async () => {
    for (const stdin of [undefined, '']) {
      const { code, errors } = await runCommand(line, stdin === undefined ? {} : { stdin })
      expect([code, errors]).toEqual([2, expect.stringContaining('no password')])
    }
    const nameless = await typed('user create --name Ada', { stdin: password })
    expect([nameless.code, nameless.errors]).toEqual([
      2,
      expect.stringContaining('--username or --email is missing'),
    ])
  })

  test('exits 4 when the name is taken or the password refused', async () => {
    const taken = await runCommand(line, { ...withAda(), stdin: password })
    expect([taken.code, taken.errors]).toEqual([4, 'This username is taken.'])
    const refused = await runCommand(line, { stdin: 'short' })
    expect([refused.code, refused.errors]).toEqual([4, 'It is too short.'])
  })

  test('prints the id as JSON', async () => {
    const { output } = await runCommand([...line, '--json'], { stdin: password })
    expect(JSON.parse(output)).toEqual({ id: idOf(1) })
  })
})

describe('user list', () => {
  test('prints a table of 80 columns', async () => {
    const { code, output } = await typed('user list', {
      auth: fakeAuth([ada, account(2, { username: null, email: 'b@c.example' })]),
    })
    expect(code).toBe(0)
    expect(output).toBe(
      [
        'ID                                    STATUS  CREATED     ACCOUNT',
        `${idOf(1)}  active  2026-11-25  ada, ada@example.org`,
        `${idOf(2)}  active  2026-11-25  b@c.example`,
      ].join('\n'),
    )
    for (const line of output.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })

  test('says so when there is none, and prints [] for programs', async () => {
    expect((await typed('user list')).output).toBe('No accounts.')
    expect((await typed('user list --json')).output).toBe('[]')
  })

  test('reads every page, or as much as --limit and --after ask for', async () => {
    const accounts = Array.from({ length: 250 }, (_, index) => account(index))
    const ids = async (line: string): Promise<string[]> => {
      const { output } = await typed(`user list --json ${line}`.trim(), {
        auth: fakeAuth(accounts),
      })
      return (JSON.parse(output) as { id: string }[]).map(({ id }) => id)
    }
    expect(await ids('')).toEqual(accounts.map(({ id }) => id))
    expect(await ids('--limit 120')).toHaveLength(120)
    expect(await ids(`--after ${idOf(247)}`)).toEqual([idOf(248), idOf(249)])
    expect((await typed('user list --limit 0')).code).toBe(2)
  })
})

describe('user show', () => {
  test('finds an account by id, username or e-mail address', async () => {
    for (const name of [ada.id, 'ada', 'ada@example.org']) {
      const { code, output } = await typed(`user show ${name} --json`, withAda())
      expect([code, JSON.parse(output)]).toEqual([0, ada])
    }
  })

  test('prints a field a line', async () => {
    expect((await typed('user show ada', withAda())).output).toBe(
      [
        `Id        ${ada.id}`,
        'Username  ada',
        'E-mail    ada@example.org (not verified)',
        'Name      Ada',
        'Roles     admin, editor',
        'Scopes    -',
        'Status    active',
        'Created   2026-11-25T13:20:30Z',
      ].join('\n'),
    )
  })

  test('prints the promised fields only, whatever else an account holds', async () => {
    const auth = fakeAuth([{ ...ada, passwordHash: 'secret' } as typeof ada])
    expect((await typed('user show ada --json', { auth })).output).not.toContain('secret')
  })
})
