/** I1, I2 and I3 in every order of what flows do and what befalls the session store. */

import { beforeAll, describe, expect, test } from 'vitest'
import { checkNewPassword } from '../../src/flows/password-policy.ts'
import { explore } from './explore.ts'
import { scenarios } from './scenarios.ts'

// It loads the list of common passwords, once and not within a step.
beforeAll(() =>
  checkNewPassword('another horse', { field: 'newPassword', minLength: 8, names: [] }),
)

describe('I1, I2, I3: no interleaving logs out the honest, keeps a thief or revives the ended', () => {
  test.each(Object.entries(scenarios))('%s', { timeout: 60_000 }, async (_name, scenario) => {
    const { violation, worlds } = await explore(scenario)
    expect(violation).toBeUndefined()
    expect(worlds).toBeGreaterThan(100)
  })
})
