/** The example is started as its README says, on users of before, and told the README's story. */

import { hash } from '@node-rs/bcrypt'
import { MongoClient } from 'mongodb'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startExample } from '../support/example-process.ts'
import { hasMongo, shareMongo } from '../support/mongodb-server.ts'
import { send } from '../support/send.ts'
import { expectStory, paste, readmeBlocks } from './readme.ts'

const suite = 'the example on Mongoose'

describe.runIf(hasMongo(suite))(suite, () => {
  const mongo = shareMongo()

  async function begin() {
    const url = mongo.url()
    const { url: base, stop } = await startExample('express-mongoose', { MONGODB_URL: url })
    onTestFinished(async () => {
      expect(await stop()).toBe(0)
    })
    const client = await MongoClient.connect(url)
    onTestFinished(() => client.close())
    return { base, url, users: client.db().collection('users') }
  }

  test('an old user logs in with a bcrypt hash, and the collection of the model is untouched', async () => {
    const { base, users } = await begin()
    const password = await hash('hunter2 of old', 6)
    const email = 'grace@example.org'
    const { insertedId } = await users.insertOne({ name: 'Grace', email, password, role: 'admin' })
    const before = await users.find().toArray()
    const wrong = { body: { email, password: 'hunter3 of old' } }
    expect((await send(`${base}/api/auth/login`, 'POST', wrong)).status).toBe(401)
    const body = { email, password: 'hunter2 of old' }
    for (let round = 0; round < 2; round += 1) {
      const { status, body: answer } = await send(`${base}/api/auth/login`, 'POST', { body })
      expect(status).toBe(200)
      const headers = { Authorization: `Bearer ${answer.accessToken}` }
      const me = await send(`${base}/api/me`, 'GET', { headers })
      expect(JSON.parse(me.text)).toMatchObject({
        user: { email, externalId: insertedId.toHexString(), roles: ['admin'] },
        document: { name: 'Grace' },
      })
      expect((await send(`${base}/api/users`, 'GET', { headers })).status).toBe(200)
    }
    const taken = { body: { email: 'GRACE@example.org', password: 'correct horse battery' } }
    expect((await send(`${base}/api/auth/register`, 'POST', taken)).status).toBe(409)
    expect(await users.find().toArray()).toEqual(before)
  }, 60_000)

  test('an object in place of an address reaches no query', async () => {
    const { base } = await begin()
    const body = { email: { $gt: '' }, password: 'hunter2 of old' }
    expect((await send(`${base}/api/auth/login`, 'POST', { body })).status).toBe(400)
  }, 60_000)

  test('the commands of its README work when they are pasted', async () => {
    const { base, url } = await begin()
    const [, start, ...blocks] = readmeBlocks('express-mongoose')
    expect(start).toContain('npm run example:express-mongoose')
    const printed = await paste(blocks, base, { MONGODB_URL: url })
    const story = [
      "grace@example.org has the password 'hunter2 of old'",
      '"email":"grace@example.org"',
      '"document":{',
      '"code":"email_taken"',
      '"email":"ada@example.org"',
      '"code":"forbidden"',
      '"users":[',
    ]
    expectStory(printed, story)
  }, 60_000)

  test('without a server it says how to start one', async () => {
    const started = startExample('express-mongoose', { MONGODB_URL: '' })
    await expect(started).rejects.toThrow(/Set MONGODB_URL[\s\S]*docker run/)
  }, 60_000)
})
