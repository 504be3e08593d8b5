/**
 * Rules of one-time tokens: one use, one living token an account and purpose, an end in time.
 */

import { deepEqual, equal, rejects } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { OneTimeToken } from '../ports.ts'
import { minute, unknownId } from './examples.ts'
import { inParallel } from './parallel.ts'
import { type OpenedStores, suiteOf } from './rule.ts'
import { type FaultMoment, withFaults } from './with-faults.ts'

const purpose = 'password_reset'

async function newToken(
  { sessions }: Pick<OpenedStores, 'sessions'>,
  fields: Partial<OneTimeToken> = {},
): Promise<OneTimeToken> {
  const expiresAt = (await sessions.now()) + minute
  const tokenHash = Uint8Array.from(randomBytes(32))
  return { tokenHash, purpose, accountId: unknownId(), data: null, expiresAt, ...fields }
}

export const oneTimeTokenRules = suiteOf('one-time tokens', {
  'a token is answered once, with what was kept': async ({ open }) => {
    const opened = await open()
    const { oneTimeTokens } = opened
    for (const data of [null, '{"email":"ada@example.org"}']) {
      const token = await newToken(opened, { data })
      await oneTimeTokens.put(token)
      const { tokenHash, accountId } = token
      deepEqual(await oneTimeTokens.consume(tokenHash, purpose), { accountId, data })
      equal(await oneTimeTokens.consume(tokenHash, purpose), undefined)
    }
  },

  'an unknown token and another purpose get nothing, and use nothing up': async ({ open }) => {
    const opened = await open()
    const { oneTimeTokens } = opened
    const token = await newToken(opened)
    await oneTimeTokens.put(token)
    equal(await oneTimeTokens.consume(randomBytes(32), purpose), undefined)
    equal(await oneTimeTokens.consume(token.tokenHash, 'email_verification'), undefined)
    const { accountId, data } = token
    deepEqual(await oneTimeTokens.consume(token.tokenHash, purpose), { accountId, data })
  },

  'a new token replaces those of its account and purpose, and no other': async ({ open }) => {
    const opened = await open()
    const { oneTimeTokens } = opened
    const earlier = await newToken(opened)
    const { accountId } = earlier
    const ofPurpose = await newToken(opened, { accountId, purpose: 'email_verification' })
    const ofAccount = await newToken(opened)
    const later = await newToken(opened, { accountId })
    for (const token of [earlier, ofPurpose, ofAccount, later]) await oneTimeTokens.put(token)
    equal(await oneTimeTokens.consume(earlier.tokenHash, purpose), undefined)
    for (const token of [ofPurpose, ofAccount, later]) {
      const { accountId, data } = token
      const consumed = await oneTimeTokens.consume(token.tokenHash, token.purpose)
      deepEqual(consumed, { accountId, data })
    }
  },

  'the tokens of an account are removed, all or those of one purpose': async ({ open }) => {
    const opened = await open()
    const { oneTimeTokens } = opened
    const first = await newToken(opened)
    const { accountId } = first
    const second = await newToken(opened, { accountId, purpose: 'email_verification' })
    const other = await newToken(opened)
    const left = async () => {
      const found: (string | undefined)[] = []
      for (const token of [first, second, other]) {
        found.push((await oneTimeTokens.consume(token.tokenHash, token.purpose))?.accountId)
      }
      return found
    }
    for (const token of [first, second, other]) await oneTimeTokens.put(token)
    await oneTimeTokens.removeAll(accountId, purpose)
    deepEqual(await left(), [undefined, accountId, other.accountId])
    for (const token of [first, second, other]) await oneTimeTokens.put(token)
    await oneTimeTokens.removeAll(accountId)
    deepEqual(await left(), [undefined, undefined, other.accountId])
  },

  'of 50 parallel consumers of one token one gets it': async ({ open, rounds }) => {
    const opened = await open()
    const handles = await opened.handles()
    for (let round = 0; round < rounds; round += 1) {
      const token = await newToken(opened)
      await opened.oneTimeTokens.put(token)
      const answers = await inParallel(handles, ({ oneTimeTokens }) =>
        oneTimeTokens.consume(token.tokenHash, purpose),
      )
      const { accountId, data } = token
      deepEqual(
        answers.filter((answer) => answer !== undefined),
        [{ accountId, data }],
      )
    }
  },

  'of 50 tokens that are put in parallel one can be consumed': async ({ open, rounds }) => {
    const opened = await open()
    const handles = await opened.handles()
    for (let round = 0; round < rounds; round += 1) {
      const accountId = unknownId()
      const put = await inParallel(handles, async ({ oneTimeTokens }) => {
        const token = await newToken(opened, { accountId })
        await oneTimeTokens.put(token)
        return token
      })
      let consumed = 0
      for (const { tokenHash } of put) {
        if ((await opened.oneTimeTokens.consume(tokenHash, purpose)) !== undefined) consumed += 1
      }
      equal(consumed, 1)
    }
  },

  'a token works until the millisecond before it expires': async ({ open }) => {
    const opened = await open()
    const { oneTimeTokens, advance } = opened
    advance(0)
    const first = await newToken(opened)
    const second = await newToken(opened)
    await oneTimeTokens.put(first)
    await oneTimeTokens.put(second)
    advance(minute - 1)
    await oneTimeTokens.prune()
    const { accountId, data } = first
    deepEqual(await oneTimeTokens.consume(first.tokenHash, purpose), { accountId, data })
    advance(1)
    equal(await oneTimeTokens.consume(second.tokenHash, purpose), undefined)
    await oneTimeTokens.prune()
  },

  'a consumption that failed leaves the token, and one whose answer was lost has used it': async ({
    open,
  }) => {
    const opened = await open()
    let moment: FaultMoment | undefined
    const { oneTimeTokens } = withFaults(opened.stores, () => moment)
    for (const [failing, left] of [
      ['before', true],
      ['after', false],
    ] as const) {
      const token = await newToken(opened)
      await oneTimeTokens.put(token)
      moment = failing
      const refused = { code: 'temporarily_unavailable' }
      await rejects(oneTimeTokens.consume(token.tokenHash, purpose), refused)
      moment = undefined
      equal((await oneTimeTokens.consume(token.tokenHash, purpose)) !== undefined, left)
    }
  },
})
