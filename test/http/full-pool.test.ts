/** What a full pool of password hashes costs those whom it turns away: next to nothing (H7, M18). */

import { expect, test } from 'vitest'
import { createTestAuth, password, serveNode } from '../support/test-server.ts'

async function createFull() {
  const { auth } = await createTestAuth({ passwords: { concurrency: 1, queueLimit: 0 } })
  const { passwords } = auth.http.core.context
  const url = await serveNode(auth)
  const post = (path: string, body: string) =>
    fetch(new URL(`/auth/${path}`, url), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
    })
  // As long as this hash is at work there is no place.
  const fill = () => passwords.verify(password, passwords.decoyHash)
  return { post, fill, auth }
}

test.each(['login', 'register'])(
  'H7, M18: for whom there is no place, the body of a %s is not even parsed',
  async (path) => {
    const { post, fill } = await createFull()
    expect((await post(path, 'no JSON')).status).toBe(400)
    let isOver = false
    const hold = async (): Promise<void> => {
      while (!isOver) await fill().catch(() => undefined)
    }
    const holding = hold()
    const refused = await post(path, 'no JSON')
    isOver = true
    await holding
    expect(refused.status).toBe(503)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(refused.headers.get('connection')).not.toBe('close')
    expect((await post(path, 'no JSON')).status).toBe(400)
  },
)

test('H7: a registration or log-in that finds no place is refused before anything else is looked at', async () => {
  const { auth, fill } = await createFull()
  const holding = fill()
  const full = { code: 'temporarily_unavailable' }
  // A password that is refused: it would be told so if anything came before the pool.
  const hopeless = { username: 'ada', password: 'short' }
  await expect(auth.register(hopeless)).rejects.toMatchObject(full)
  await expect(auth.login({ username: 'ada', password })).rejects.toMatchObject(full)
  await holding
  const refused = auth.register(hopeless)
  await expect(refused).rejects.toMatchObject({ code: 'password_refused' })
})
