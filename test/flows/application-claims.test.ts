/** The claims hook: what it may say, and that a broken one uses nothing up. */

import { expect, onTestFinished, test } from 'vitest'
import type { AuthOptions } from '../../src/options/auth-options.ts'
import { createTestAuth, password } from '../support/test-server.ts'

const ada = { username: 'ada', password }
const unavailable = { code: 'temporarily_unavailable', status: 503 }
type Hook = NonNullable<AuthOptions['claims']>

async function setUp(first: Hook, options: AuthOptions = {}) {
  const world = { hook: first }
  const { auth } = await createTestAuth({ claims: (account) => world.hook(account), ...options })
  const { user } = await auth.register(ada)
  const warnings: string[] = []
  const collect = (warning: Error) => warnings.push(warning.message)
  process.on('warning', collect)
  onTestFinished(() => void process.off('warning', collect))
  return { world, auth, user, warnings }
}

test('every token carries what the hook says of the account as it is', async () => {
  const { auth, user } = await setUp(async ({ roles, username }) => ({
    tenant: `of ${username}`,
    level: roles.length,
  }))
  const { session } = await auth.login(ada)
  expect(await auth.verify(session.accessToken)).toMatchObject({ tenant: 'of ada', level: 0 })
  await auth.users.setRoles(user.id, ['admin'])
  const refreshed = await auth.refresh(session.refreshToken)
  expect(await auth.verify(refreshed.accessToken)).toMatchObject({
    tenant: 'of ada',
    level: 1,
    roles: ['admin'],
  })
})

test('T1: standard claims are never replaced', async () => {
  const { auth, user } = await setUp(() => ({ sub: 'root', roles: ['admin'], exp: 9e9, nbf: 9e9 }))
  const { session } = await auth.login(ada)
  const claims = await auth.verify(session.accessToken)
  expect(claims).toMatchObject({ sub: user.id, roles: [] })
  expect(claims.exp - claims.iat).toBe(900)
})

test('the view shows no hash and cannot be changed', async () => {
  const views: object[] = []
  const { auth } = await setUp((account) => {
    views.push(account)
    return {}
  })
  await auth.login(ada)
  expect(views).toHaveLength(1)
  expect(JSON.stringify(views)).not.toContain('argon2')
  const [view] = views as [{ roles: string[] }]
  expect(Object.isFrozen(view) && Object.isFrozen(view.roles)).toBe(true)
})

const broken: Readonly<Record<string, Hook>> = {
  throws: () => {
    throw new Error('broken')
  },
  rejects: async () => {
    throw new Error('broken')
  },
  hangs: () => new Promise(() => {}),
  'returns too much': () => ({ text: 'x'.repeat(2048) }),
  'returns no object': () => 'text' as never,
  'returns nothing': () => undefined as never,
  'returns a list': () => [] as never,
  'returns what is no JSON': () => ({ count: 1n }),
}

test.each(Object.entries(broken))(
  'R15, Z2: a hook that %s is 503, and nothing is used up',
  async (_, hook) => {
    const { world, auth, user, warnings } = await setUp(() => ({}))
    const { session } = await auth.login(ada)
    world.hook = hook
    await expect(auth.login(ada)).rejects.toMatchObject(unavailable)
    expect(await auth.sessions.list(user.id)).toHaveLength(1)
    await expect(auth.refresh(session.refreshToken)).rejects.toMatchObject(unavailable)
    await expect.poll(() => warnings).toHaveLength(1)
    expect(warnings[0]).toContain('The claims hook failed: ')
    world.hook = () => ({ works: true })
    const { accessToken } = await auth.refresh(session.refreshToken)
    expect((await auth.verify(accessToken)).works).toBe(true)
  },
)

test('strict rotation uses nothing up either', async () => {
  const { world, auth } = await setUp(() => ({}), { session: { rotation: 'strict' } })
  const { session } = await auth.login(ada)
  world.hook = broken.throws as Hook
  await expect(auth.refresh(session.refreshToken)).rejects.toMatchObject(unavailable)
  world.hook = () => ({})
  expect((await auth.refresh(session.refreshToken)).accessToken).toMatch(/^ey/)
})

test('2048 bytes of claims with the most roles and scopes still make a token', async () => {
  const { auth, user } = await setUp(() => ({ text: 'x'.repeat(2048 - '{"text":""}'.length) }))
  const names = Array.from({ length: 15 }, (_, index) => `${index}`.padStart(64, 'r'))
  await auth.users.setRoles(user.id, names)
  await auth.users.setScopes(user.id, names)
  const { session } = await auth.login(ada)
  expect((await auth.verify(session.accessToken)).roles).toEqual(names)
})

test('a hook that is no function is a mistake that stops the start', async () => {
  await expect(createTestAuth({ claims: {} as never })).rejects.toThrow('claims must be a function')
})
