import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openPlace } from '../../src/cli/store-place.ts'
import { newAccount, newSession } from '../stores/sqlite/fixture.ts'
import { typed } from './run-command.ts'

function newFiles() {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-move-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const place = (name: string) => `sqlite:${join(folder, name)}`
  return { folder, old: place('old.db'), next: place('new.db'), place }
}

async function open(database: string) {
  const stores = await openPlace({ database }, {}, () => {})
  onTestFinished(() => stores.close().catch(() => {}))
  return stores
}

async function fill(database: string, names: readonly string[]) {
  const stores = await open(database)
  const ids: string[] = []
  for (const name of names) {
    const account = newAccount(name)
    ids.push(account.id)
    await stores.users.create(account)
    await stores.sessions.create(newSession(account.id, await stores.sessions.now()), 20)
  }
  return { ...stores, ids }
}

const move = (from: string, to: string, more = '') =>
  typed(`migrate-store --from ${from} --to ${to} ${more}`.trim())

describe('migrate-store', () => {
  test('a missing or wrong URL is misuse, and the URL is not repeated', async () => {
    const { old } = newFiles()
    expect((await typed(`migrate-store --from ${old}`)).errors).toContain('--to is missing')
    const none = await move(old, 'postgres://me:geheim@127.0.0.1:1/none')
    expect([none.code, none.errors]).toEqual([
      1,
      expect.stringContaining('There is no SQLite file'),
    ])
    await fill(old, ['ada'])
    for (const to of ['mysql://me:geheim@h/db', 'postgres://me:geheim@127.0.0.1:1/none']) {
      const { code, errors } = await move(old, to)
      expect(code).toBe(1)
      expect(errors).not.toContain('geheim')
    }
    expect((await move(old, 'env:NO_SUCH_NAME')).code).toBe(2)
  })

  test('a source without accounts is told, since its URL may be wrong', async () => {
    const { old, next } = newFiles()
    await fill(old, [])
    const { code, errors } = await move(old, next)
    expect([code, errors]).toEqual([1, 'The source has no accounts; is its URL right?'])
  })

  test('the same store is refused, also under another name', async () => {
    const { folder, old, place } = newFiles()
    await fill(old, ['ada'])
    expect((await move(old, old)).errors).toBe('Source and target are the same store.')
    symlinkSync(folder, join(folder, 'link'))
    const { code, errors } = await move(old, place('link/old.db'))
    expect([code, errors]).toEqual([4, 'Source and target are the same store.'])
  })

  test('an occupied target is refused, and --merge adds to it without taking a name', async () => {
    const { old, next } = newFiles()
    await fill(old, ['ada', 'bob'])
    const target = await fill(next, ['ada', 'cleo'])
    const refused = await move(old, next)
    expect([refused.code, refused.errors]).toEqual([4, expect.stringContaining('--merge')])
    const merged = await move(old, next, '--merge')
    expect([merged.code, merged.errors]).toEqual([4, expect.stringContaining('is taken')])
    const names = (await target.users.list({ limit: 9 })).map(({ username }) => username)
    expect(names.sort()).toEqual(['ada', 'bob', 'cleo'])
    expect((await target.users.findByKey({ usernameKey: 'ada' }))?.id).toBe(target.ids[0])
  })

  test('a complete move is not repeated over a target that may be in use', async () => {
    const { old, next } = newFiles()
    const source = await fill(old, ['ada'])
    expect((await move(old, next)).code).toBe(0)
    await source.users.raiseEpoch(source.ids[0] ?? '')
    const again = await move(old, next)
    expect([again.code, again.errors]).toEqual([4, expect.stringContaining('is complete')])
  })

  test('a target that was used between two runs is left as it is', async () => {
    const { old, next } = newFiles()
    await fill(old, ['ada', 'bob'])
    expect((await move(old, next, '--live')).code).toBe(0)
    const target = await open(next)
    const [ada] = await target.users.list({ limit: 1 })
    await target.sessions.create(newSession(ada?.id ?? '', (await target.sessions.now()) + 5), 20)
    const { code, errors } = await move(old, next)
    expect([code, errors]).toEqual([4, expect.stringContaining('has been in use')])
  })

  test('T2: an account that was registered at the target between two runs stays', async () => {
    const { old, next } = newFiles()
    await fill(old, ['ada'])
    await move(old, next, '--live')
    const target = await open(next)
    await new Promise((resolve) => setTimeout(resolve, 5))
    await target.users.create(newAccount('zoe'))
    expect((await move(old, next)).errors).toContain('has been in use')
    expect(await target.users.findByKey({ usernameKey: 'zoe' })).toBeDefined()
  })

  test('the target of one source refuses another', async () => {
    const { old, next, place } = newFiles()
    await fill(old, ['ada'])
    await fill(place('other.db'), ['bob'])
    await move(old, next, '--live')
    const { code, errors } = await move(place('other.db'), next, '--live')
    expect([code, errors]).toEqual([4, expect.stringContaining('is that of a move from')])
  })

  test('names that changed hands between two runs are with their present owners', async () => {
    const { old, next } = newFiles()
    const { ids, users } = await fill(old, ['ada', 'bob'])
    const [ada = '', bob = ''] = ids
    await move(old, next, '--live')
    const rename = (id: string, name: string) =>
      users.update(id, { username: { shown: name, key: name } })
    for (const [id, name] of [
      [ada, 'x'],
      [bob, 'ada'],
      [ada, 'bob'],
    ] as const) {
      await rename(id, name)
    }
    const { code } = await move(old, next)
    expect(code).toBe(0)
    const target = await open(next)
    expect((await target.users.findByKey({ usernameKey: 'ada' }))?.id).toBe(bob)
    expect((await target.users.findByKey({ usernameKey: 'bob' }))?.id).toBe(ada)
  })

  test('a one-time token that was used between two runs is of no use in the target', async () => {
    const { old, next } = newFiles()
    const { ids, oneTimeTokens } = await fill(old, ['ada', 'bob'])
    const [used, kept] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
    const token = { purpose: 'password_reset', data: null, expiresAt: 4_000_000_000_000 }
    await oneTimeTokens.put({ ...token, tokenHash: used, accountId: ids[0] ?? '' })
    await oneTimeTokens.put({ ...token, tokenHash: kept, accountId: ids[1] ?? '' })
    await move(old, next, '--live')
    await oneTimeTokens.consume(used, token.purpose)
    await move(old, next)
    const target = await open(next)
    expect(await target.oneTimeTokens.consume(used, token.purpose)).toBe(undefined)
    expect(await target.oneTimeTokens.consume(kept, token.purpose)).toBeDefined()
  })

  test('prints lines of progress, and a summary or JSON', async () => {
    const { old, next } = newFiles()
    await fill(old, ['ada', 'bob'])
    const live = await move(old, next, '--live --json')
    expect(JSON.parse(live.output)).toMatchObject({ accounts: 2, sessions: 2, differences: [] })
    expect(live.errors).toContain('accounts and sessions: 2 of 2')
    const { output } = await move(old, next)
    expect(output).toContain('2 accounts (0 written), 2 sessions (0 written), 0 keys')
    expect(output).toContain('All accounts and 2 sessions were compared')
  })

  test('draws a bar on a terminal', async () => {
    const { progressReporter } = await import('../../src/cli/progress.ts')
    const drawn: (string | undefined)[] = []
    const io = { drawLine: (text: string | undefined) => void drawn.push(text) }
    const reporter = progressReporter(io as Parameters<typeof progressReporter>[0])
    reporter.show({ step: 'accounts', done: 1, total: 4 })
    reporter.show({ step: 'accounts', done: 4, total: 4 })
    reporter.show({ step: 'ended', done: 7 })
    reporter.end()
    expect(drawn).toEqual([
      `[${'#'.repeat(8)}${'.'.repeat(22)}]  25%  accounts: 1 of 4`,
      `[${'#'.repeat(30)}] 100%  accounts: 4 of 4`,
      undefined,
      'ended: 7',
      undefined,
    ])
  })
})
