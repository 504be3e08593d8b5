/** Error codes are promises, so each is in the docs for people and in the description for programs. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { errorCodes } from '../../src/errors.ts'
import { describeAnswers } from '../../src/http/openapi-answers.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/http-api.md'), 'utf8')

test('every code of a problem is in docs/http-api.md with its status', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  const undocumented = Object.entries(errorCodes).filter(
    ([code, { status }]) =>
      !rows.some((row) => row.includes(`\`${code}\``) && row.includes(String(status))),
  )
  expect(undocumented).toEqual([])
})

test('every code of a problem is in the OpenAPI description', () => {
  expect(describeAnswers()).toMatchObject({
    Problem: { properties: { code: { type: 'string', examples: Object.keys(errorCodes) } } },
  })
})
