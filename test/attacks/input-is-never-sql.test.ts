/** SQL in every field that is stored or looked up (CWE-89; ASVS 5.0 1.2.4), on every store. */

import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { everyStore } from '../support/every-store.ts'
import { type Answer, send } from '../support/send.ts'
import { createTestAuth, password, serveNode } from '../support/test-server.ts'

const stores = await everyStore('SQL as input on PostgreSQL')

const attempts = [
  `' OR '1'='1`,
  `ada'; DROP TABLE countersign.users; --`,
  `ada' UNION SELECT * FROM countersign.users --`,
  `$1`,
  `$$; SELECT pg_sleep(5); $$`,
  `:username`,
  `{schema}`,
  `ada\u0000`,
  `\\x00`,
  `ada\ud800`,
  `%`,
  `_da`,
  `' || pg_sleep(5) || '`,
]

describe.each(stores)('on $store', ({ optionsOf }) => {
  test('SQL in a name or password finds nobody, changes nothing and is no server error', async () => {
    const { auth } = await createTestAuth(await optionsOf())
    const base = await serveNode(auth)
    const post = (path: string, body: object) => send(`${base}/auth/${path}`, 'POST', { body })
    expect((await post('register', { username: 'ada', password })).status).toBe(201)
    for (const text of attempts) {
      const startedAt = performance.now()
      const answers = [
        await post('login', { username: text, password }),
        await post('login', { email: `${text}@example.org`, password }),
        await post('login', { username: 'ada', password: text }),
        await post('register', { username: text, password }),
        await post('refresh-token', { refreshToken: text }),
      ]
      for (const { status } of answers) expect([200, 201, 400, 401, 409, 429]).toContain(status)
      for (const { body } of [answers[0], answers[2]].flatMap((one) => one ?? [])) {
        expect(body.accessToken).toBeUndefined()
      }
      expect(performance.now() - startedAt).toBeLessThan(4500)
    }
    await auth.users.unlock((await auth.users.find('ada'))?.id ?? '')
    expect((await post('login', { username: 'ada', password })).status).toBe(200)
  })

  test('what is stored comes back as it was written', async () => {
    const { auth } = await createTestAuth(await optionsOf())
    const base = await serveNode(auth)
    const { user } = await auth.register({ username: 'ada', password })
    const { session } = await auth.login({ username: 'ada', password })
    const headers = { Authorization: `Bearer ${session.accessToken}` }
    for (const name of attempts) {
      const body = { name }
      const answer = await send(`${base}/auth/profile`, 'PATCH', { headers, body })
      expect([200, 400]).toContain(answer.status)
      if (answer.status !== 200) continue
      expect((await auth.users.get(user.id))?.name).toBe(Buffer.from(name).toString())
    }
  })

  test('M10: of 50 registrations of one name at once one is made, and 49 are 409', async () => {
    const options = { ...(await optionsOf()), limits: { register: 'off', login: 'off' } as const }
    const { auth } = await createTestAuth(options)
    const base = await serveNode(auth)
    const spellings = ['Ada', 'ada', 'ADA', 'aDa', 'Ａda']
    // Hashing is bounded: who is told to come again does so, as a client would.
    async function register(username: string): Promise<Answer> {
      for (;;) {
        const body = { username, password }
        const answer = await send(`${base}/auth/register`, 'POST', { body })
        if (answer.status !== 503) return answer
        expect(answer.headers.get('retry-after')).toBeTruthy()
        await pause(100)
      }
    }
    const names = Array.from({ length: 50 }, (_, index) => spellings[index % 5] ?? '')
    const answers = await Promise.all(names.map(register))
    const made = answers.filter(({ status }) => status === 201)
    expect(made).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(49)
    expect(await auth.users.find('ada')).toMatchObject({ id: made[0]?.body.user?.id })
  })
})
