/** The example is started as its README says, and told its story: by hand, and by the README itself. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, loggedIn } from '../support/client.ts'
import { type ExampleProcess, startExample } from '../support/example-process.ts'
import { send } from '../support/send.ts'
import { expectStory, paste, readmeBlocks, scriptOf } from './readme.ts'

const folder = mkdtempSync(join(tmpdir(), 'countersign-example-'))
let example: ExampleProcess
let base = ''

beforeAll(async () => {
  example = await startExample('express-bearer', { COUNTERSIGN_DATA: folder })
  base = example.url
})
afterAll(async () => {
  expect(await example.stop()).toBe(0)
  rmSync(folder, { recursive: true, force: true })
})

interface NoteBody {
  readonly note: { readonly id: string; readonly owner: string; readonly text: string }
}
const noteOf = (text: string): NoteBody['note'] => (JSON.parse(text) as NoteBody).note

describe('the example', () => {
  let ada: Client
  let grace: Client
  beforeAll(async () => {
    ada = await loggedIn(base, 'ada-by-hand')
    grace = await loggedIn(base, 'grace')
  })

  test('guards a route', async () => {
    expect((await send(`${base}/me`, 'GET')).body.code).toBe('credentials_missing')
    const headers = { Authorization: 'Bearer nonsense' }
    expect((await send(`${base}/me`, 'GET', { headers })).body.code).toBe('invalid_token')
    expect((await ada.call('GET', '/me')).body.user?.username).toBe('ada-by-hand')
  })

  test('lets only the owner read and delete a note', async () => {
    const note = noteOf((await ada.call('POST', '/notes', { text: 'milk' })).text)
    expect(noteOf((await ada.call('GET', `/notes/${note.id}`)).text)).toEqual(note)
    for (const [method, path] of [
      ['GET', `/notes/${note.id}`],
      ['DELETE', `/notes/${note.id}`],
      ['GET', '/notes/none'],
    ] as const) {
      const { status, body } = await grace.call(method, path)
      expect([status, body.code]).toEqual([403, 'forbidden'])
    }
    expect((await ada.call('DELETE', `/notes/${note.id}`)).status).toBe(204)
    expect((await ada.call('GET', `/notes/${note.id}`)).status).toBe(403)
  })

  test('lets only administrators list the accounts', async () => {
    expect((await ada.call('GET', '/users')).body.code).toBe('forbidden')
  })

  test('answers wrong input with what is wrong, and goes on', async () => {
    for (const body of [{}, { text: '' }, { text: 7 }, { text: 'x'.repeat(1001) }, []]) {
      expect((await ada.call('POST', '/notes', body)).status).toBe(400)
    }
    expect((await ada.call('POST', '/notes', '{"text":')).status).toBe(400)
    expect((await ada.call('POST', '/notes', { text: 'x'.repeat(20_000) })).status).toBe(413)
    expect((await send(`${base}/nowhere`, 'GET')).status).toBe(404)
    expect((await ada.call('GET', '/me')).status).toBe(200)
  })

  test('refreshes and logs out', async () => {
    expect((await grace.refresh()).status).toBe(200)
    expect((await grace.call('POST', '/auth/logout')).status).toBe(204)
    expect((await grace.call('GET', '/me')).body.code).toBe('session_ended')
    expect((await grace.refresh()).status).toBe(401)
  })
})

test('the commands of its README work when they are pasted', async () => {
  const [start, ...blocks] = readmeBlocks('express-bearer')
  expect(scriptOf(start)).toBe('node examples/express-bearer/server.mjs')
  const printed = await paste(blocks, base, { COUNTERSIGN_DATA: folder })
  const story = [
    '"username":"ada"',
    '"code":"credentials_missing"',
    '"username":"ada"',
    '"text":"buy milk"',
    '"code":"forbidden"',
    'Account ada has the roles: admin',
    '"users":[',
    '\n204\n',
    '"code":"session_ended"',
  ]
  expectStory(printed, story)
}, 30_000)
