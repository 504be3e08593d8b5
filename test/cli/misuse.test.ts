import { describe, expect, test } from 'vitest'
import { AuthError } from '../../src/errors.ts'
import { account, fakeAuth } from './fake-auth.ts'
import { runCommand, typed } from './run-command.ts'

describe('misuse', () => {
  const complaints: Record<string, string> = {
    sevre: "there is no command 'sevre'; did you mean 'serve'?",
    users: "there is no command 'users'; did you mean 'user'?",
    '--hlep': "there is no command '--hlep'; did you mean '--help'?",
    frobnicate: "there is no command 'frobnicate'\n",
    ['__proto__']: "there is no command '__proto__'\n",
    'user craete': "there is no command 'user craete'; did you mean 'create'?",
    'user constructor': "there is no command 'user constructor'\n",
    user: 'user needs a command',
    'user show': '<user> is missing',
    'user show a b': 'more arguments',
    'user show a -- b': 'more arguments',
    'user list --jsno': "there is no option '--jsno'; did you mean '--json'?",
    'user create --usrename ada': "there is no option '--usrename'; did you mean '--username'?",
    'user create --username': '--username needs a value',
    'user create --username --json': '--username needs a value',
    'user list --json=1': '--json takes no value',
    'user list -x': "there is no option '-x'\n",
    'user create --password p': 'a password is typed',
    'keys rotate --nwo': "did you mean '--now'?",
    'serve now': 'more arguments',
    'help usr': "did you mean 'user'?",
  }

  for (const [line, complaint] of Object.entries(complaints)) {
    test(`${line} exits 2 and says: ${complaint.trim()}`, async () => {
      const { code, errors, output, opens } = await typed(line)
      expect([code, output, opens]).toEqual([2, '', 0])
      expect(errors).toContain(complaint)
      expect(errors).toContain('Usage: countersign')
    })
  }
})

describe('a failure', () => {
  const failing = (error: unknown) => ({ openAuth: () => Promise.reject(error) })

  test('of the store exits 1 without saying what lies underneath', async () => {
    const cause = new Error('connect ECONNREFUSED postgres://u:secret@db')
    const error = new AuthError('temporarily_unavailable', { cause })
    const { code, errors, output } = await typed('user list', failing(error))
    expect([code, errors, output]).toEqual([
      1,
      'A store (DATABASE_URL, REDIS_URL) does not answer; try again.',
      '',
    ])
  })

  test('of the configuration exits 1 with its lines', async () => {
    const { code, errors } = await typed(
      'migrate',
      failing(new TypeError('No start:\n  - a\n  - b')),
    )
    expect([code, errors]).toEqual([1, 'No start:\n  - a\n  - b'])
  })

  test('of a field exits 4 and names the field', async () => {
    const fields = [{ field: 'username', message: 'is too long' }]
    const auth = fakeAuth([account(1)])
    const refuse = () => Promise.reject(new AuthError('invalid_request', { fields }))
    const failure = { ...auth, users: { ...auth.users, setRoles: refuse } }
    const { code, errors } = await typed('user roles user1 --add x', { auth: failure })
    expect([code, errors]).toEqual([4, 'The request is not valid.\n  username: is too long'])
    expect(auth.closes()).toBe(1)
  })
})

describe('control characters', () => {
  const nasty = 'a\u001b[31m\u009b\u202e\u2066\nb\u2028\ud800'
  const ids = account(1, { username: nasty, email: nasty, name: nasty, roles: [nasty] })
  const session = {
    id: 'x',
    current: false,
    createdAt: '2026-11-25T13:20:30Z',
    lastUsedAt: '2026-11-25T13:20:30Z',
    userAgent: nasty,
    address: nasty,
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
  const unsafe = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/

  for (const words of ['user list', 'user show', 'user disable', 'user roles', 'session list']) {
    for (const json of [false, true]) {
      test(`in names do not reach the terminal: ${words}${json ? ' --json' : ''}`, async () => {
        const named = words === 'user list' ? [] : [ids.id]
        const options = [words === 'user roles' ? ['--add', nasty] : [], json ? ['--json'] : []]
        const { code, output } = await runCommand(
          [...words.split(' '), ...named, ...options.flat()],
          { auth: fakeAuth([ids], [session]) },
        )
        expect(code).toBe(0)
        expect(output).not.toMatch(unsafe)
        expect(output).toContain('\\u001b[31m\\u009b')
        if (json) expect(JSON.stringify(JSON.parse(output))).toContain(JSON.stringify(nasty))
      })
    }
  }

  test('in arguments do not reach the terminal in complaints', async () => {
    for (const argv of [
      [nasty],
      ['user', nasty],
      ['user', 'show', nasty],
      ['user', 'list', `--${nasty}`],
    ]) {
      const { code, errors } = await runCommand(argv)
      expect(code).toBeGreaterThan(1)
      expect(errors).not.toMatch(unsafe)
    }
  })
})
