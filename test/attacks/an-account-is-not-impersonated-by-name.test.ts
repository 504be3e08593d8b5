/** Nobody registers as the operator, nor twice under one name; who has an old name keeps it (M10, M25). */

import { expect, test } from 'vitest'
import { createPasswordHashing } from '../../src/crypto/password-hashing.ts'
import { uuidV7 } from '../../src/crypto/uuid.ts'
import { prepareUsername } from '../../src/flows/identifiers.ts'
import { openMemoryStores } from '../../src/stores/memory/open.ts'
import type { Stores } from '../../src/stores/ports.ts'
import { createClient, loggedIn } from '../support/client.ts'
import { send } from '../support/send.ts'
import { createTestAuth, password, serveNode } from '../support/test-server.ts'
import { codeOf } from '../tokens/token-kit.ts'

const openMemory = (): Promise<Stores> =>
  openMemoryStores({
    clock: () => Date.now(),
    accessLifetime: 900_000,
    inactivityTimeout: 604_800_000,
    absoluteLifetime: 2_592_000_000,
  })

const oneName = {
  username: ['Zoë.Ada', 'zoë.ada', 'ZOË.ADA', 'Zoe\u0308.Ada', 'ｚｏë.ada', 'zoë．ada'],
  email: [
    'Zoë@Bücher.example',
    'zoe\u0308@bücher.example',
    'ZOË@xn--bcher-kva.example',
    'zoë@XN--BCHER-KVA.EXAMPLE',
  ],
} as const

test.each([
  ['memory', async () => ({ stores: await openMemory() })],
  ['SQLite', async () => ({})],
] as const)(
  'M10: of 50 registrations of one name at once, one is made (%s)',
  async (_, options) => {
    // Enough room that nobody is told to come back later.
    const passwords = { concurrency: 8 }
    const { auth, events } = await createTestAuth({ ...(await options()), passwords })
    for (const field of ['username', 'email'] as const) {
      const spellings = oneName[field]
      const codes = await Promise.all(
        Array.from({ length: 50 }, (_, at) =>
          codeOf(() => auth.register({ [field]: spellings[at % spellings.length], password })),
        ),
      )
      const expected = ['none', ...Array.from({ length: 49 }, () => `${field}_taken`)]
      expect(codes.toSorted()).toEqual(expected.toSorted())
      for (const spelling of spellings) {
        expect(await codeOf(() => auth.login({ [field]: spelling, password }))).toBe('none')
      }
    }
    expect(events.filter(({ type }) => type === 'account_registered')).toHaveLength(2)
  },
)

test('M25: who registers is refused the names of the operator and what looks like them', async () => {
  const { auth } = await createTestAuth()
  const base = await serveNode(auth)
  for (const username of [
    'admin',
    'Root',
    'аdmin',
    'r00t',
    'sup.port',
    'ｐｏｓｔｍａｓｔｅｒ',
    'рауpal',
  ]) {
    const answer = await send(`${base}/auth/register`, 'POST', { body: { username, password } })
    expect([username, answer.status, answer.body.code]).toEqual([username, 400, 'invalid_request'])
  }
  const client = await loggedIn(base, 'ada')
  for (const username of ['ADMIN', 'adm1n', 'аdа']) {
    expect((await client.call('PATCH', '/auth/profile', { username })).status).toBe(400)
  }
  expect((await client.call('GET', '/auth/profile')).body.user?.username).toBe('ada')
})

test('M25: NUL, controls, surrogates and invisible characters are refused in every name', async () => {
  const { auth } = await createTestAuth()
  const hidden = ['\0', '\u0007', '\u009f', '\ud800', '\udfff', '\u200b', '\u200d', '\u2060']
  const marks = ['\ufeff', '\u00ad', '\u200e', '\u202e', '\u2066', '\u061c', '＠', '\u180e']
  for (const character of [...hidden, ...marks]) {
    for (const body of [
      { username: `a${character}da` },
      { email: `a${character}da@example.com` },
      { email: `ada@exa${character}mple.com` },
    ]) {
      const code = await codeOf(() => auth.register({ ...body, password }))
      expect([JSON.stringify(body), code]).toEqual([JSON.stringify(body), 'invalid_request'])
    }
  }
  const email = `${'a'.repeat(65)}@example.com`
  expect(await codeOf(() => auth.register({ email, password }))).toBe('invalid_request')
})

test('an administrator may make a reserved account, and it logs in', async () => {
  const { auth } = await createTestAuth()
  const base = await serveNode(auth)
  await auth.users.create({ username: 'support', password })
  expect((await createClient(base).login('Support')).status).toBe(200)
})

test('the list of reserved names is the operator’s', async () => {
  const { auth } = await createTestAuth({ account: { reservedNames: ['acme'] } })
  const base = await serveNode(auth)
  expect((await createClient(base).register('admin')).status).toBe(201)
  expect((await createClient(base).register('Асмe')).status).toBe(400)
})

test('who has a name from before a rule logs in with it, and may save it', async () => {
  const stores = await openMemory()
  const { auth } = await createTestAuth({ stores })
  const base = await serveNode(auth)
  const passwordHash = await createPasswordHashing({}).hash(password)
  for (const name of ['root', 'аdа-', '.Zoë', '1שרה']) {
    const { shown, key } = prepareUsername(name)
    await stores.users.create({
      id: uuidV7(Date.now()),
      externalId: null,
      username: shown,
      usernameKey: key,
      email: null,
      emailKey: null,
      name: null,
      passwordHash,
      roles: [],
      scopes: [],
    })
    const client = createClient(base)
    expect((await client.login(name.toUpperCase())).status).toBe(200)
    const changed = await client.call('PATCH', '/auth/profile', { username: name, name: 'New' })
    expect(changed.body.user).toMatchObject({ username: shown, name: 'New' })
  }
})
