/** Usernames and e-mail addresses: what is taken and what counts as the same (RFC 8265, RFC 6531). */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AuthError } from '../../src/errors.ts'
import { accountKey, prepareEmail, prepareUsername } from '../../src/flows/identifiers.ts'

const anyText = fc.string({ unit: 'binary', maxLength: 20 })
const wordText = fc.stringMatching(/^[\p{L}\p{M}\p{N}._-]{1,20}$/u)
const hostText = fc.stringMatching(/^[\p{L}\p{N}.-]{1,20}$/u)

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    expect(error).toBeInstanceOf(AuthError)
    return undefined
  }
}

describe('usernames', () => {
  test.each([
    ['Alice', 'Alice', 'alice'],
    ['ada.lovelace_1-2', 'ada.lovelace_1-2', 'ada.lovelace_1-2'],
    ['Ｂｏｂ２', 'Bob2', 'bob2'],
    ['ｶﾞｷﾞ', 'ガギ', 'ガギ'],
    ['ZOE\u0308', 'ZOË', 'zoë'],
    ['ΟΔΥΣΣΕΥΣ', 'ΟΔΥΣΣΕΥΣ', 'οδυσσευσ'],
    ['οδυσσευς', 'οδυσσευς', 'οδυσσευσ'],
    ['हिन्दी', 'हिन्दी', 'हिन्दी'],
    ['a'.repeat(64), 'a'.repeat(64), 'a'.repeat(64)],
  ])('%j is shown as %j and compared as %j', (raw, shown, key) => {
    expect(prepareUsername(raw)).toEqual({ shown, key })
  })

  test.each([
    ['', 'empty'],
    ['a'.repeat(65), '64 characters or fewer'],
    ['a'.repeat(65_536), '64 characters or fewer'],
    ['alice@example.com', 'letters'],
    ['alice＠example', 'letters'],
    ['two words', 'letters'],
    [' alice', 'letters'],
    ['alice\u3000', 'letters'],
    ['nul\0', 'letters'],
    ['alice\n', 'letters'],
    ['zero\u200bwidth', 'letters'],
    ['join\u200der', 'letters'],
    ['bidi\u202eevil', 'letters'],
    ['soft\u00adhyphen', 'letters'],
    ['filler\u3164', 'letters'],
    ['filler\uffa0', 'letters'],
    ['variation\ufe0f', 'letters'],
    ['lone\ud800', 'letters'],
    ['emoji😀', 'letters'],
    ['slash/', 'letters'],
    ['<b>', 'letters'],
    ['\u0301alice', 'combining mark'],
    ['ﬁona', 'plain form'],
    ['𝐚𝐥𝐢𝐜𝐞', 'plain form'],
  ])('%j is refused and the reason given', (raw, reason) => {
    try {
      prepareUsername(raw)
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({
        code: 'invalid_request',
        details: { fields: [{ field: 'username', message: expect.stringContaining(reason) }] },
      })
    }
  })

  test('preparing again changes nothing, for all names', () => {
    fc.assert(
      fc.property(fc.oneof(wordText, anyText), (raw) => {
        const name = attempt(() => prepareUsername(raw))
        if (name === undefined) return
        expect(prepareUsername(name.shown)).toEqual(name)
        expect(prepareUsername(name.key).key).toBe(name.key)
        expect(prepareUsername(raw.normalize('NFD')).key).toBe(name.key)
      }),
    )
  })
})

describe('e-mail addresses', () => {
  test.each([
    ['Alice@Example.COM', 'Alice@Example.COM', 'alice@example.com'],
    ["o'brien+tag@mail.example", "o'brien+tag@mail.example", "o'brien+tag@mail.example"],
    ['root@localhost', 'root@localhost', 'root@localhost'],
    ['Jo\u0308rg@Bu\u0308cher.example', 'Jörg@Bücher.example', 'jörg@xn--bcher-kva.example'],
    ['a@XN--BCHER-KVA.example', 'a@XN--BCHER-KVA.example', 'a@xn--bcher-kva.example'],
    ['用户@例子.广告', '用户@例子.广告', '用户@xn--fsqu00a.xn--4rr70v'],
  ])('%j is shown as %j and compared as %j', (raw, shown, key) => {
    expect(prepareEmail(raw)).toEqual({ shown, key })
  })

  test.each([
    '',
    '@',
    'alice',
    'alice@',
    '@example.com',
    'alice@@example.com',
    'alice@evil.example@example.com',
    'alice＠example.com',
    'alice@evil.example＠example.com',
    '"alice@evil.example"@example.com',
    'alice(comment)@example.com',
    'alice@evil.example,bob@example.com',
    'Alice <alice@example.com>',
    ' alice@example.com',
    'alice@example.com ',
    'alice@example.com\r\nBcc: eve@evil.example',
    'al\0ice@example.com',
    'al\u200bice@example.com',
    'alice@exam\u00adple.com',
    'ａlice@example.com',
    'al\ud800ice@example.com',
    '.alice@example.com',
    'alice.@example.com',
    'al..ice@example.com',
    'alice@example',
    'alice@example..com',
    'alice@.example.com',
    'alice@example.com.',
    'alice@-example.com',
    'alice@example-.com',
    'alice@exa_mple.com',
    'alice@exam%70le.com',
    'alice@example.com/evil',
    'alice@example.com:25',
    'alice@[127.0.0.1]',
    'alice@127.0.0.1',
    'alice@127.1',
    'alice@0x7f.1',
    'alice@xn--zzzzzz.example',
    `alice@${'a'.repeat(64)}.example`,
    `${'a'.repeat(65)}@example.com`,
    `${'é'.repeat(33)}@example.com`,
    `a@${'abcdefg.'.repeat(32)}example`,
    'a'.repeat(65_536),
  ])('%j is refused and the field named', (raw) => {
    try {
      prepareEmail(raw)
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({
        code: 'invalid_request',
        details: { fields: [{ field: 'email', message: expect.stringMatching(/address/) }] },
      })
    }
  })

  test('preparing again changes nothing, and the key has one @, for all addresses', () => {
    fc.assert(
      fc.property(wordText, hostText, (local, host) => {
        const address = attempt(() => prepareEmail(`${local}@${host}.example`))
        if (address === undefined) return
        expect(prepareEmail(address.shown)).toEqual(address)
        expect(prepareEmail(address.key).key).toBe(address.key)
        expect(address.key.split('@')).toHaveLength(2)
        expect(address.key).toMatch(/@[a-z0-9.-]+$/)
      }),
    )
  })
})

describe('the account that a log-in names', () => {
  test('is found by username, by e-mail, or by an e-mail given as username', () => {
    expect(accountKey({ username: 'Alice' })).toEqual({ usernameKey: 'alice' })
    expect(accountKey({ email: 'A@B.example' })).toEqual({ emailKey: 'a@b.example' })
    expect(accountKey({ username: 'A@B.example' })).toEqual({ emailKey: 'a@b.example' })
  })

  test('is nobody when no account can have the name', () => {
    for (const name of ['', 'two words', 'a@', 'a@b@c.example', 'nul\0', 'x'.repeat(65_536)]) {
      expect(accountKey({ username: name })).toBeUndefined()
      expect(accountKey({ email: name })).toBeUndefined()
    }
    expect(accountKey({})).toBeUndefined()
    expect(accountKey({ email: 'alice' })).toBeUndefined()
  })

  test('64 KB of anything is answered within 50 ms', () => {
    for (const unit of ['a', '.', '@', 'a.', '-', '\u0301\u0316', '1', '\uff21', ' ', 'a@b.']) {
      const long = unit.repeat(65_536 / unit.length)
      const start = performance.now()
      accountKey({ username: long })
      accountKey({ email: `a@${long}` })
      expect(performance.now() - start).toBeLessThan(50)
    }
  })
})
