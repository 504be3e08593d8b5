import { expect, test } from 'vitest'
import { addSession, newAccount, policy, unknownId } from '../../../src/stores/contract/examples.ts'
import { contractLifetimes } from '../../../src/stores/contract/index.ts'
import { openMemoryStores } from '../../../src/stores/memory/index.ts'

const open = () => openMemoryStores({ clock: () => 1_800_000_000_000, ...contractLifetimes })

test('two memory stores share nothing', async () => {
  const [first, second] = [await open(), await open()]
  const account = newAccount('ada')
  await first.users.create(account)
  expect(await second.users.findById(account.id)).toBeUndefined()
  expect(await second.users.create(newAccount('ada'))).toMatchObject({ username: 'ada' })
})

test('a closed memory store is temporarily_unavailable', async () => {
  const { users, sessions, keys, ping, close } = await open()
  await ping()
  await close()
  await close()
  const code = { code: 'temporarily_unavailable' }
  await expect(users.findById(unknownId())).rejects.toMatchObject(code)
  await expect(sessions.find(unknownId())).rejects.toMatchObject(code)
  await expect(keys.listKeys()).rejects.toMatchObject(code)
  await expect(ping()).rejects.toMatchObject(code)
})

test('a missing session is never restored in memory', async () => {
  const { sessions } = await open()
  const { token } = await addSession(sessions)
  const step = await sessions.refresh(unknownId(), token, { ...policy, restoreMissing: true })
  expect(step).toMatchObject({ decision: { outcome: 'ended' }, session: undefined })
})
