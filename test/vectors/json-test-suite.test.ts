/**
 * Every file of JSONTestSuite as the raw body of every route that reads one: what is no JSON is
 * refused as such, what is JSON is judged by its shape (G7, H2, M21).
 */

import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createClient, loggedIn } from '../support/client.ts'
import { describeOperations, type Operation } from '../support/operations.ts'
import { send } from '../support/send.ts'
import { shareServer } from '../support/test-server.ts'
import { readVectors, vectorsFolder } from './vectors.ts'

const set = 'jsontestsuite/test_parsing'
const folder = vectorsFolder(set)
const files =
  folder === undefined ? [] : readdirSync(folder).filter((name) => name.endsWith('.json'))
const maximumBytes = 16_384

/** An empty body is no mistake: every route takes it for `{}`. */
const isEmpty = (name: string): boolean => readVectors(`${set}/${name}`).length === 0
const notJson = files.filter((name) => name.startsWith('n_') && !isEmpty(name))
const others = files.filter((name) => !notJson.includes(name))

const server = shareServer()
const withBody = (await describeOperations()).filter(({ schema }) => schema !== undefined)

async function answerTo({ method, path }: Operation, name: string, accessToken: string) {
  const headers = { Authorization: `Bearer ${accessToken}` }
  const body = readVectors(`${set}/${name}`)
  const answer = await send(`${server.get().base}${path}`, method, { body, headers })
  return { ...answer, isLarge: body.length > maximumBytes }
}

describe.skipIf(folder === undefined)('G7, H2, M21: JSONTestSuite', () => {
  test('there are as many files as there were', () => {
    expect([notJson.length, others.length]).toEqual([187, 131])
  })

  test.each(withBody)('$name judges every file', { timeout: 120_000 }, async (operation) => {
    const { base } = server.get()
    const name = operation.name.replaceAll(/[^A-Za-z]/g, '')
    const { accessToken } = (await loggedIn(base, name)).held()
    for (const file of notJson) {
      const { status, body, isLarge } = await answerTo(operation, file, accessToken)
      const wanted = isLarge ? [413, 'body_too_large'] : [400, expect.stringMatching(/^invalid_/)]
      expect([file, status, body.code]).toEqual([file, ...wanted])
    }
    // Some are objects, and a route that needs no field does what it is asked.
    for (const file of others) {
      const { status, body } = await answerTo(operation, file, accessToken)
      expect([file, [200, 204, 400, 401].includes(status), status]).toEqual([file, true, status])
      if (status >= 400) expect(body.code).toMatch(/^[a-z_]+$/)
    }
    expect((await createClient(base).register(`${name}-next`)).status).toBe(201)
  })
})
