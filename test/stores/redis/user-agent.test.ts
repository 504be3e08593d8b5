/** What a browser sends as its user agent, in fewer bytes. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packUserAgent, unpackUserAgent } from '../../../src/stores/redis/user-agent.ts'

const webKit = 'AppleWebKit/537.36 (KHTML, like Gecko)'
const appleWebKit = 'AppleWebKit/605.1.15 (KHTML, like Gecko)'
const mac = 'Macintosh; Intel Mac OS X 10_15_7'

const browsers = [
  `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webKit} Chrome/126.0.0.0 Safari/537.36`,
  `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webKit} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0`,
  `Mozilla/5.0 (${mac}) ${webKit} Chrome/126.0.0.0 Safari/537.36`,
  `Mozilla/5.0 (X11; Linux x86_64) ${webKit} Chrome/126.0.0.0 Safari/537.36`,
  `Mozilla/5.0 (Linux; Android 10; K) ${webKit} Chrome/126.0.0.0 Mobile Safari/537.36`,
  `Mozilla/5.0 (Linux; Android 14; SM-S918B; wv) ${webKit} Version/4.0 Chrome/126.0.6478.71 Mobile Safari/537.36`,
  `Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S918B) ${webKit} SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36`,
  `Mozilla/5.0 (${mac}) ${appleWebKit} Version/17.5 Safari/605.1.15`,
  `Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) ${appleWebKit} Version/17.5 Mobile/15E148 Safari/604.1`,
  `Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) ${appleWebKit} CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1`,
  `Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) ${appleWebKit} Version/17.5 Mobile/15E148 Safari/604.1`,
  `Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) ${appleWebKit} Mobile/15E148`,
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:128.0) Gecko/20100101 Firefox/128.0',
  'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
  'Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0',
]

test.each(browsers)('a record has room for %s', (userAgent) => {
  const packed = packUserAgent(userAgent)
  expect(Buffer.byteLength(packed)).toBeLessThan(42)
  expect(unpackUserAgent(packed)).toBe(userAgent)
})

test('every user agent comes back as it was, also one with bytes of ours', () => {
  const parts = fc.oneof(
    fc.constantFrom(...browsers).chain((one) => fc.nat(one.length).map((end) => one.slice(0, end))),
    fc.constantFrom(...browsers).chain((one) => fc.nat(one.length).map((from) => one.slice(from))),
    fc.string({ unit: 'grapheme' }),
    fc.nat(0x20).map((code) => String.fromCharCode(code)),
  )
  const userAgents = fc.array(parts, { maxLength: 4 }).map((some) => some.join(''))
  const comesBack = fc.property(userAgents, (one) => unpackUserAgent(packUserAgent(one)) === one)
  fc.assert(comesBack, { numRuns: 5000, seed: 20260725 })
})

test('a byte goes on standing for its phrase', () => {
  const bytes = Array.from({ length: 30 }, (_, place) => String.fromCharCode(place + 1))
  expect(bytes.map(unpackUserAgent)).toMatchInlineSnapshot(`
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64",
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7",
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15",
      "Mozilla/5.0 (X11; Linux x86_64",
      "Mozilla/5.0 (X11; Ubuntu; Linux x86_64",
      "Mozilla/5.0 (iPhone; CPU iPhone OS ",
      "Mozilla/5.0 (iPad; CPU OS ",
      "Mozilla/5.0 (Linux; Android 10; K",
      "Mozilla/5.0 (Linux; Android ",
      "Mozilla/5.0 (Android ",
      "Mozilla/5.0 (",
      " like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/",
      " like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/",
      " like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ",
      ") AppleWebKit/605.1.15 (KHTML, like Gecko) Version/",
      ") AppleWebKit/537.36 (KHTML, like Gecko) Chrome/",
      ") AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/",
      "; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/",
      " Mobile/15E148 Safari/604.1",
      " Mobile/15E148",
      ".0.0.0 Mobile Safari/537.36",
      ".0.0.0 Safari/537.36",
      " Mobile Safari/537.36",
      " Safari/537.36",
      " Safari/605.1.15",
      " Chrome/",
      " Edg/",
      "; Mobile; rv:",
      "; rv:",
      ".0) Gecko/20100101 Firefox/",
    ]
  `)
})
