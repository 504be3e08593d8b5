/** Many pages at once with an expired access cookie: nobody is logged out, and no thief stays in. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codeOf, setCookiesOf, startRenewal } from '../support/renewal.ts'

const pages = 40
const accessLifetime = '15m'

test('I1: 40 pages renew at once, round after round, whatever order the answers land in and whichever get lost', async () => {
  const { clock, logIn, events } = await startRenewal({ session: { limit: 'off' } })
  let browsers = 0
  const order = fc.shuffledSubarray(
    Array.from({ length: pages }, (_, index) => index),
    { minLength: 0, maxLength: pages },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(order, { minLength: 2, maxLength: 5 }), async (rounds) => {
      browsers += 1
      const { jar, page } = await logIn(`ada${browsers}`)
      for (const landing of rounds) {
        clock.advance(accessLifetime)
        clock.advance('6s')
        const verdicts = await Promise.all(Array.from({ length: pages }, () => page()))
        expect(new Set(verdicts.map(codeOf))).toEqual(new Set(['ok']))
        for (const index of landing) jar.keep(setCookiesOf(verdicts[index] as never))
      }
      expect(codeOf(await page())).toBe('ok')
    }),
    { numRuns: 15 },
  )
  expect(events.map(({ type }) => type)).not.toContain('session_ended')
})

test('R4: parallel pages get distinct successors, so two holders of one diverge', async () => {
  const { clock, logIn } = await startRenewal()
  const { page } = await logIn('ada')
  clock.advance('16m')
  const verdicts = await Promise.all(Array.from({ length: pages }, () => page()))
  const refreshCookies = verdicts.map((one) =>
    setCookiesOf(one).find((line) => line.startsWith('refresh_token=csr_')),
  )
  expect(new Set(refreshCookies).size).toBe(pages)
})

test('a page request that was held up is refused without ending anything', async () => {
  const { clock, logIn } = await startRenewal()
  const { jar, page } = await logIn('ada')
  const heldUp = jar.header()
  for (let round = 1; round <= 2; round += 1) {
    clock.advance('16m')
    jar.keep(setCookiesOf(await page()))
  }
  const late = await page({ cookie: heldUp })
  expect([codeOf(late), setCookiesOf(late)]).toEqual(['refresh_token_superseded', []])
  expect(codeOf(await page())).toBe('ok')
})

test.each([
  ['at the same moment as the owner', 0],
  ['two seconds behind the owner', 2000],
  ['ten minutes behind the owner', 600_000],
])('G4: a thief with a copied refresh cookie who opens pages %s is caught', async (_, behind) => {
  const { clock, logIn, events } = await startRenewal()
  const owner = await logIn('ada')
  const thief = await logIn('eve')
  thief.jar.drop('access_token')
  thief.jar.keep([`refresh_token=${owner.jar.get('refresh_token')}; Path=/`])
  const codes: string[] = []
  for (let hour = 1; hour <= 4; hour += 1) {
    clock.advance('1h')
    const owners = owner.page()
    if (behind > 0) await owners
    clock.advance(behind)
    const [owned, stolen] = await Promise.all([owners, thief.page()])
    codes.push(codeOf(owned), codeOf(stolen))
    owner.jar.keep(setCookiesOf(owned))
    thief.jar.keep(setCookiesOf(stolen))
  }
  expect(codes).toContain('refresh_token_replayed')
  expect(events).toContainEqual(expect.objectContaining({ reason: 'refresh_token_replayed' }))
  expect([codeOf(await owner.page()), codeOf(await thief.page())]).not.toContain('ok')
})
