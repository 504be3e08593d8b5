import { describe, expect, test } from 'vitest'
import { account, fakeAuth } from './fake-auth.ts'
import { runCommand, typed } from './run-command.ts'

const ada = account(1, { username: 'ada', roles: ['admin', 'editor'] })
const withAda = () => ({ auth: fakeAuth([ada]) })

describe('an account that does not exist', () => {
  for (const line of [
    'user show eve',
    'user disable eve',
    'user enable eve',
    'user unlock eve',
    'user set-password eve',
    'user roles eve --add a',
    'user scopes eve --add a',
    'user delete eve --yes',
    'session list eve',
    'session end eve 1',
  ]) {
    test(`${line} exits 3`, async () => {
      const { code, errors, output, auth } = await typed(line, withAda())
      expect([code, errors, output]).toEqual([3, "There is no account 'eve'.", ''])
      expect(auth.closes()).toBe(1)
    })
  }
})

describe('user disable and enable', () => {
  test('change the status', async () => {
    const { auth } = withAda()
    expect((await typed('user disable ada', { auth })).output).toBe('Account ada is disabled.')
    expect(auth.accounts.get(ada.id)?.status).toBe('disabled')
    const { output } = await typed('user enable ada --json', { auth })
    expect(JSON.parse(output)).toEqual(ada)
  })
})

describe('user unlock', () => {
  test('P9: unlocks, and says so', async () => {
    const { auth } = withAda()
    const { code, output } = await typed('user unlock ada', { auth })
    expect([code, output, auth.unlocked]).toEqual([0, 'Account ada is unlocked.', [ada.id]])
    const json = await typed('user unlock ada --json', { auth })
    expect(JSON.parse(json.output)).toEqual(ada)
  })
})

describe('user set-password', () => {
  test('takes the password as create does', async () => {
    const { auth } = withAda()
    const piped = await typed('user set-password ada', { auth, stdin: 'a new password' })
    expect([piped.code, piped.output]).toEqual([0, 'Account ada has a new password.'])
    expect(auth.passwords.get(ada.id)).toBe('a new password')
    const answers = ['yet another one', 'yet another one']
    const { code, questions } = await typed('user set-password ada', { auth, answers })
    expect([code, questions.map(([, hidden]) => hidden)]).toEqual([0, [true, true]])
    expect(auth.passwords.get(ada.id)).toBe('yet another one')
  })

  test('does not take it as an argument, and does not repeat it', async () => {
    for (const line of [
      'user set-password ada hunter22',
      'user set-password ada --password=hunter22',
    ]) {
      const { code, errors, opens } = await typed(line, withAda())
      expect([code, opens]).toEqual([2, 0])
      expect(errors).not.toContain('hunter22')
    }
  })

  test('exits 4 when the password is refused', async () => {
    expect((await typed('user set-password ada', { ...withAda(), stdin: 'x' })).code).toBe(4)
  })
})

describe('user roles', () => {
  const rolesAfter = async (...options: string[]) => {
    const { auth } = withAda()
    const { code } = await runCommand(['user', 'roles', 'ada', ...options], { auth })
    return [code, auth.accounts.get(ada.id)?.roles]
  }

  test('--set replaces, --add and --remove change, nothing twice', async () => {
    expect(await rolesAfter('--set', 'a, b,a')).toEqual([0, ['a', 'b']])
    expect(await rolesAfter('--set', '')).toEqual([0, []])
    expect(await rolesAfter('--add', 'c', '--add', 'admin')).toEqual([0, ['admin', 'editor', 'c']])
    expect(await rolesAfter('--add', 'c', '--remove', 'admin,x')).toEqual([0, ['editor', 'c']])
  })

  test('is misuse without a change, or with --set beside a step', async () => {
    expect(await rolesAfter()).toEqual([2, ada.roles])
    expect(await rolesAfter('--set', 'a', '--add', 'b')).toEqual([2, ada.roles])
  })

  test('prints what the account has now', async () => {
    const { output } = await typed('user roles ada --remove editor', withAda())
    expect(output).toBe('Account ada has the roles: admin')
    const scopes = await typed('user scopes ada --add files:read --json', withAda())
    expect(JSON.parse(scopes.output)).toEqual({ ...ada, scopes: ['files:read'] })
  })
})

describe('user delete', () => {
  test('asks, and deletes for a yes only', async () => {
    const { auth } = withAda()
    const no = await typed('user delete ada', { auth, answers: [''] })
    expect([no.code, no.errors]).toEqual([1, 'Cancelled; nothing was changed.'])
    expect(no.questions).toEqual([[`Delete account ada (${ada.id}) for good? [y/N] `, false]])
    expect(auth.accounts.size).toBe(1)
    const yes = await typed('user delete ada', { auth, answers: ['y'] })
    expect([yes.code, yes.output, auth.accounts.size]).toEqual([0, 'Account ada is deleted.', 0])
  })

  test('needs --yes where there is nobody to ask', async () => {
    const { auth } = withAda()
    expect((await typed('user delete ada', { auth })).code).toBe(2)
    expect(auth.accounts.size).toBe(1)
    const { output } = await typed('user delete ada --yes --json', { auth })
    expect([JSON.parse(output), auth.accounts.size]).toEqual([{ id: ada.id }, 0])
  })
})
