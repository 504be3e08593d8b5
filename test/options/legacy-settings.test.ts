import { describe, expect, test } from 'vitest'
import type { AuthOptions } from '../../src/options/auth-options.ts'
import { legacyNotices } from '../../src/options/legacy-settings.ts'
import { resolveOptions } from '../../src/options/resolve-options.ts'

const now = Date.parse('2026-06-01T00:00:00Z')
const secret = 'an old secret of more than 32 bytes, kept'
const legacy = { secret, until: '2026-07-01' }
const resolve = (options: object) =>
  resolveOptions({ clock: () => now, ...options } as AuthOptions, {})
const complaintOf = (options: object): string => {
  try {
    resolve(options)
  } catch (error) {
    return (error as Error).message
  }
  return ''
}

describe('acceptLegacy', () => {
  test('takes a date or ISO 8601, HS256 and the claim id by default', () => {
    const { acceptLegacy } = resolve({ acceptLegacy: legacy })
    expect(acceptLegacy).toMatchObject({ algorithm: 'HS256', until: Date.parse('2026-07-01') })
    expect(acceptLegacy?.subject({ id: '66f0' })).toBe('66f0')
    expect(acceptLegacy?.subject(Object.create({ id: 'inherited' }))).toBeUndefined()
    expect(acceptLegacy?.roles({ roles: ['admin'] })).toEqual([])
    const asDate = resolve({ acceptLegacy: { ...legacy, until: new Date(now) } })
    expect(asDate.acceptLegacy?.until).toBe(now)
  })

  test.each([
    [{ secret: '' }, 'acceptLegacy.secret must be the secret'],
    [{ secret: undefined }, 'acceptLegacy.secret must be the secret'],
    [{ until: 'tomorrow' }, 'acceptLegacy.until must be a date'],
    [{ until: new Date(Number.NaN) }, 'acceptLegacy.until must be a date'],
    [{ until: undefined }, 'acceptLegacy.until must be a date'],
    [{ until: '2026-08-31' }, 'acceptLegacy.until must be at most 90 days ahead'],
    [{ algorithm: 'none' }, 'acceptLegacy.algorithm must be one of HS256, HS384, HS512'],
    [{ subject: '' }, 'acceptLegacy.subject must be the name of a claim'],
    [{ roles: ['admin'] }, 'acceptLegacy.roles must be a function'],
  ])('refuses %o', (wrong, complaint) => {
    expect(complaintOf({ acceptLegacy: { ...legacy, ...wrong } })).toContain(complaint)
  })

  test('Z5: refuses the server secret, and tells none', () => {
    const complaint = complaintOf({ secret, acceptLegacy: legacy })
    expect(complaint).toContain('acceptLegacy.secret must not be the server secret')
    expect(complaint).not.toContain(secret)
  })

  test('J14: says at start that a secret is short, and when the option has had its time', () => {
    const noticesOf = (acceptLegacy: object, at = now) =>
      legacyNotices(resolve({ acceptLegacy }), at)
    expect(noticesOf(legacy)).toEqual([])
    expect(noticesOf({ ...legacy, secret: 'secret' })).toEqual([
      expect.stringContaining('acceptLegacy.secret is shorter than 32 bytes'),
    ])
    expect(noticesOf(legacy, Date.parse('2026-07-01'))).toEqual([
      'acceptLegacy accepts nothing since 2026-07-01T00:00:00.000Z; the option can be removed.',
    ])
    expect(legacyNotices(resolve({}), now)).toEqual([])
  })
})

describe('legacyUsers', () => {
  test('must have a function', () => {
    for (const wrong of [{}, { find: 'users' }, 'users', null]) {
      expect(complaintOf({ legacyUsers: wrong })).toContain('legacyUsers must have a function find')
    }
  })
})
