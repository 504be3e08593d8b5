/** Listeners of events: typed, and never in the way of what emits them. */

import { expect, onTestFinished, test } from 'vitest'
import type { AuthEvent } from '../src/events.ts'
import { createListeners } from '../src/listeners.ts'
import { createTestAuth, password } from './support/test-server.ts'

const failed: AuthEvent = { type: 'login_failed', accountId: 'a1' }
const disabled: AuthEvent = { type: 'account_disabled', accountId: 'a1' }

function setUp() {
  const reports: unknown[] = []
  return { reports, ...createListeners((error) => reports.push(error)) }
}

test('a listener gets the events of its type, one for `*` gets all', () => {
  const { on, emit } = setUp()
  const seen: string[] = []
  // The event is narrowed: `accountId` need not be looked for.
  on('account_disabled', ({ accountId }) => seen.push(`one ${accountId.length}`))
  on('*', ({ type }) => seen.push(`all ${type}`))
  emit(failed)
  emit(disabled)
  expect(seen).toEqual(['all login_failed', 'one 2', 'all account_disabled'])
})

test('what `on` returns removes that listener only', () => {
  const { on, emit } = setUp()
  let count = 0
  const listener = () => {
    count += 1
  }
  const off = on('*', listener)
  on('*', listener)
  off()
  off()
  emit(failed)
  expect(count).toBe(1)
})

test('a listener that throws, rejects, hangs or meddles breaks nothing', async () => {
  const { on, emit, reports } = setUp()
  const seen: AuthEvent[] = []
  on('*', () => {
    throw new Error('thrown')
  })
  on('*', async () => {
    throw new Error('rejected')
  })
  on('*', () => new Promise(() => {}))
  on('*', (event) => Object.assign(event, { type: 'account_deleted' }))
  on('*', (event) => seen.push(event))
  emit(failed)
  expect(seen).toEqual([failed])
  await new Promise((resolve) => setImmediate(resolve))
  expect(reports).toHaveLength(3)
  expect(reports.map(String)).toEqual(
    expect.arrayContaining([
      'Error: thrown',
      'Error: rejected',
      expect.stringContaining('TypeError'),
    ]),
  )
})

test('a listener may remove itself and add others while it is called', () => {
  const { on, emit } = setUp()
  const seen: string[] = []
  const off = on('*', () => {
    off()
    seen.push('first')
    on('*', () => seen.push('second'))
  })
  emit(failed)
  emit(failed)
  expect(seen).toEqual(['first', 'second'])
})

test('what is no listener is a mistake of the programmer', () => {
  const { on } = setUp()
  expect(() => on('*', undefined as never)).toThrow(TypeError)
  expect(() => on((() => {}) as never, undefined as never)).toThrow(TypeError)
})

test('listeners that throw or hang hold up no log-in, and are reported as warnings', async () => {
  const { auth } = await createTestAuth()
  const warnings: Error[] = []
  const collect = (warning: Error) => warnings.push(warning)
  process.on('warning', collect)
  onTestFinished(() => void process.off('warning', collect))
  auth.on('login_succeeded', async () => {
    throw new Error('the listener is broken')
  })
  auth.on('login_succeeded', () => new Promise(() => {}))
  await auth.register({ username: 'ada', password })
  expect((await auth.login({ username: 'ada', password })).user.username).toBe('ada')
  await expect.poll(() => warnings.map(String).join()).toContain('the listener is broken')
})
