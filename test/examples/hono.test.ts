import { expect, onTestFinished, test } from 'vitest'
import { createClient } from '../support/client.ts'
import { startExample } from '../support/example-process.ts'

test('the Hono example does what its README says, and stops when it is told to', async () => {
  const { url, stop } = await startExample('hono')
  onTestFinished(async () => void (await stop()))
  for (const transport of ['bearer', 'cookie'] as const) {
    const client = createClient(url, transport)
    expect((await client.call('GET', '/protected')).body.code).toBe('credentials_missing')
    const { user } = (await client.register(transport)).body
    expect((await client.login(transport)).status).toBe(200)
    expect((await client.call('GET', '/protected')).body.user).toBe(user?.id)
    expect((await client.refresh()).status).toBe(200)
    expect((await client.call('GET', '/admin')).body.code).toBe('forbidden')
    const sessions = (await client.call('GET', '/auth/sessions')).body.sessions
    expect(sessions).toMatchObject([{ current: true, address: '127.0.0.1' }])
    expect((await client.call('POST', '/auth/logout')).status).toBe(204)
    expect((await client.call('GET', '/protected')).status).toBe(401)
  }
  expect(await stop()).toBe(0)
})
