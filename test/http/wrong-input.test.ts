/** What a programmer hands to the adapters: a mistake is told when they are made (Z5). */

import { describe, expect, test } from 'vitest'
import * as express from '../../src/express/index.ts'
import * as fastify from '../../src/fastify/index.ts'
import * as fetchEntry from '../../src/fetch/index.ts'
import * as node from '../../src/node/index.ts'
import { createVerifier } from '../../src/resource-server/index.ts'
import { createTestAuth } from '../../src/testing/index.ts'
import { oddValues } from '../support/odd-values.ts'

type Make = (...input: unknown[]) => unknown

const guards: readonly (readonly [string, Make])[] = [
  ['Express', express.requireAuth as Make],
  ['Fastify', fastify.requireAuth as Make],
  ['fetch', fetchEntry.requireAuth as Make],
  ['node:http', node.requireAuth as Make],
]
const routers: readonly (readonly [string, Make])[] = [
  ['authRouter', express.authRouter as Make],
  ['authPlugin', fastify.authPlugin as Make],
  ['authHandler', fetchEntry.authHandler as Make],
  ['authHandler', node.authHandler as Make],
]
const owners = [express.requireOwner as Make, fastify.requireOwner as Make]

const { auth } = await createTestAuth()
const verifier = createVerifier({ issuer: 'https://id.example' })

const mayTake: Readonly<Record<string, readonly string[]>> = {
  roles: ['list', 'listOfTexts'],
  scopes: ['list', 'listOfTexts'],
  fresh: ['boolean'],
  maxAge: ['number'],
  loginPage: [],
}

/** The message of the TypeError that a call throws; `taken` when it throws none. */
function said(make: Make, ...input: unknown[]): string {
  try {
    make(...input)
    return 'taken'
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError)
    return (error as TypeError).message
  }
}

describe.each(guards)('requireAuth on %s', (way, requireAuth) => {
  test('Z5: an option takes what its type says, or a sentence names it', () => {
    for (const [name, taken] of Object.entries(mayTake)) {
      if (name === 'loginPage' && way === 'fetch') continue
      for (const [kind, value] of Object.entries(oddValues)) {
        const message = said(requireAuth, auth, { [name]: value })
        if (message === 'taken') expect(taken).toContain(kind)
        else expect(message).toMatch(new RegExp(`\\b${name}\\b`))
        expect(message).not.toMatch(/Cannot|undefined|is not/)
      }
    }
  })

  test('Z5: a misspelt requirement does not let everybody pass', () => {
    expect(said(requireAuth, auth, { role: ['admin'] })).toBe(
      "requireAuth: role is no option; did you mean 'roles'?",
    )
  })

  test('Z5: the options are an object, or left out', () => {
    expect(said(requireAuth, auth)).toBe('taken')
    for (const value of [null, 5, 'admin', ['admin'], () => ['admin'], new Map()]) {
      expect(said(requireAuth, auth, value)).toMatch(/^requireAuth: options must be an object, got/)
    }
  })

  test('Z5: what is no Auth and no verifier is told at once', () => {
    expect(said(requireAuth, verifier)).toBe('taken')
    for (const value of Object.values(oddValues)) {
      expect(said(requireAuth, value)).toMatch(/^requireAuth needs what createAuth\(\) or .*, got /)
    }
    expect(
      said(
        requireAuth,
        createTestAuth().then((made) => made.auth),
      ),
    ).toBe(
      'requireAuth needs what createAuth() or createVerifier() returns, got a promise: await it first',
    )
  })
})

test.each(routers)('Z5: %s takes an Auth, and tells at once what is none', (name, make) => {
  expect(said(make, auth)).toBe('taken')
  for (const value of Object.values(oddValues)) {
    expect(said(make, value).startsWith(`${name} needs what createAuth() returns, got `)).toBe(true)
  }
  expect(said(make, verifier)).toBe(
    `${name} needs what createAuth() returns, got a verifier, which has no routes`,
  )
})

test('Z5: requireOwner takes a function of the request', () => {
  for (const requireOwner of owners) {
    for (const [kind, value] of Object.entries(oddValues)) {
      const message = said(requireOwner, auth, value)
      if (kind === 'function') expect(message).toBe('taken')
      else
        expect(message).toMatch(/^requireOwner needs a function that returns the owner's id, got /)
      expect(said(requireOwner, value, () => 'id')).toMatch(/^requireOwner needs what createAuth/)
    }
  }
})
