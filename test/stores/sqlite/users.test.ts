import { describe, expect, test } from 'vitest'
import { drivers, newAccount, openStores, temporaryPath } from './fixture.ts'

describe.each(drivers)('accounts in SQLite by %s', (driver) => {
  test('a created account is found by id, username and e-mail address', async () => {
    const { users, time } = await openStores({ driver })
    const account = newAccount('Ada', { email: 'Ada@example.org', emailKey: 'ada@example.org' })
    const created = await users.create(account)
    expect(created).toEqual({
      id: account.id,
      username: 'Ada',
      email: 'Ada@example.org',
      emailVerified: false,
      name: null,
      passwordHash: '$argon2id$one',
      status: 'active',
      sessionEpoch: 0,
      roles: ['reader'],
      scopes: ['notes:read'],
      createdAt: time.now,
      updatedAt: time.now,
    })
    expect(await users.findById(account.id)).toEqual(created)
    expect(await users.findByKey({ usernameKey: 'ada' })).toEqual(created)
    expect(await users.findByKey({ emailKey: 'ada@example.org' })).toEqual(created)
    expect(await users.findByKey({ usernameKey: 'grace' })).toBeUndefined()
  })

  test('a taken name or address is refused', async () => {
    const { users } = await openStores({ driver })
    const email = { email: 'a@example.org', emailKey: 'a@example.org' }
    await users.create(newAccount('ada', email))
    expect(await users.create(newAccount('ADA'))).toBe('username_taken')
    expect(await users.create(newAccount('grace', email))).toBe('email_taken')
  })

  test('accounts without a username or an address do not collide', async () => {
    const { users } = await openStores({ driver })
    const nameless = { username: null, usernameKey: null }
    expect(await users.create(newAccount('', nameless))).toMatchObject({ username: null })
    expect(await users.create(newAccount('', nameless))).toMatchObject({ username: null })
  })

  test('of 50 parallel registrations of one username over two handles one wins', async () => {
    const path = temporaryPath()
    const handles = [
      await openStores({ driver, path }),
      await openStores({ driver, path }),
    ] as const
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        handles[index % 2 === 0 ? 0 : 1].users.create(newAccount('ada')),
      ),
    )
    expect(outcomes.filter((outcome) => outcome === 'username_taken')).toHaveLength(49)
  })

  test('an update changes names, and refuses one that is taken', async () => {
    const { users, time } = await openStores({ driver })
    const ada = newAccount('ada')
    await users.create(ada)
    await users.create(newAccount('grace'))
    time.now += 5
    expect(await users.update(ada.id, { username: { shown: 'Ada2', key: 'ada2' } })).toMatchObject({
      username: 'Ada2',
      updatedAt: time.now,
    })
    expect(await users.update(ada.id, { name: 'Ada L.' })).toMatchObject({ name: 'Ada L.' })
    expect(await users.update(ada.id, { name: null })).toMatchObject({ name: null })
    const taken = { username: { shown: 'grace', key: 'grace' }, name: 'Somebody' }
    expect(await users.update(ada.id, taken)).toBe('username_taken')
    expect(await users.findById(ada.id)).toMatchObject({ username: 'Ada2', name: null })
    expect(await users.update('missing', { name: 'x' })).toBe('not_found')
  })

  test('a password is replaced only while the expected hash is there, and raises the epoch', async () => {
    const { users } = await openStores({ driver })
    const { id, passwordHash } = newAccount('ada')
    await users.create(newAccount('ada', { id }))
    const outcomes = await Promise.all([
      users.changePassword(id, passwordHash, 'two'),
      users.changePassword(id, passwordHash, 'three'),
    ])
    expect(outcomes).toEqual([1, 'conflict'])
    await users.rehashPassword(id, passwordHash, 'four')
    expect(await users.findById(id)).toMatchObject({ passwordHash: 'two', sessionEpoch: 1 })
    await users.rehashPassword(id, 'two', 'two again')
    expect(await users.findById(id)).toMatchObject({ passwordHash: 'two again', sessionEpoch: 1 })
  })

  test('a raised epoch is what a refresh reads', async () => {
    const { users } = await openStores({ driver })
    const { id } = newAccount('ada')
    await users.create(newAccount('ada', { id }))
    expect(await users.raiseEpoch(id)).toBe(1)
    expect(await users.refreshAccount(id)).toEqual({
      status: 'active',
      sessionEpoch: 1,
      roles: ['reader'],
      scopes: ['notes:read'],
    })
    expect(await users.raiseEpoch('missing')).toBe('not_found')
  })

  test('a deleted account is gone, and its name is free', async () => {
    const { users } = await openStores({ driver })
    const { id } = newAccount('ada')
    await users.create(newAccount('ada', { id }))
    await users.delete(id)
    await users.delete(id)
    expect(await users.findById(id)).toBeUndefined()
    expect(await users.refreshAccount(id)).toBeUndefined()
    expect(await users.create(newAccount('ada'))).toMatchObject({ username: 'ada' })
  })
})

describe.each(drivers)('signing keys in SQLite by %s', (driver) => {
  const key = {
    sequence: 1,
    kid: 'k1',
    algorithm: 'ES256',
    publicJwk: { kty: 'EC' },
    sealedPrivateJwk: 'sealed',
    createdAt: 1,
  }

  test('a sequence is given once, and keys come in their order', async () => {
    const { keys } = await openStores({ driver })
    expect(await keys.addKey({ ...key, sequence: 2, kid: 'k2' })).toBe('added')
    expect(await keys.addKey(key)).toBe('added')
    expect(await keys.addKey({ ...key, kid: 'k3' })).toBe('exists')
    expect((await keys.listKeys()).map(({ kid }) => kid)).toEqual(['k1', 'k2'])
    expect((await keys.listKeys())[0]).toEqual(key)
  })

  test('a resealed key keeps everything else', async () => {
    const { keys } = await openStores({ driver })
    await keys.addKey(key)
    await keys.resealKey('k1', 'sealed anew')
    expect(await keys.listKeys()).toEqual([{ ...key, sealedPrivateJwk: 'sealed anew' }])
  })
})
