/** Options that there are not: a typo in the name of a protection must not lift it. */

import { expect, test } from 'vitest'
import { checkOptions } from '../../src/options/resolve-options.ts'

const mistakesOf = (options: object): readonly string[] =>
  checkOptions(options as never, {}).mistakes

test('every misspelt option is reported at once, with the nearest that there is', () => {
  const mistakes = mistakesOf({
    renewInGuard: true,
    cookies: { renewInGaurd: true },
    session: { refreshLimits: 5 },
    limits: { login: { network: { failure: 3 } }, registers: 'off' },
    passwords: { breachCheck: { uri: 'https://example.org/' }, minimum: 12 },
    trustedProxy: ['10.0.0.0/8'],
  })
  expect(mistakes).toEqual([
    'renewInGuard is no option',
    "cookies.renewInGaurd is no option; did you mean 'renewInGuard'?",
    "session.refreshLimits is no option; did you mean 'refreshLimit'?",
    "limits.login.network.failure is no option; did you mean 'failures'?",
    "limits.registers is no option; did you mean 'register'?",
    "passwords.breachCheck.uri is no option; did you mean 'url'?",
    'passwords.minimum is no option',
    "trustedProxy is no option; did you mean 'trustedProxies'?",
  ])
})

test('names that every object has are no options', () => {
  expect(mistakesOf({ constructor: 1, cookies: { toString: 1 } })).toEqual([
    'constructor is no option',
    'cookies.toString is no option',
  ])
})

test('limits that are off and options that are left out are no mistakes', () => {
  const limits = { login: 'off', register: { network: 'off' } }
  expect(mistakesOf({ limits, passwords: { breachCheck: true }, session: undefined })).toEqual([])
})
