/** A flow context without HTTP, and names for what is random, so that equal worlds look equal. */

import { createKeyRing } from '../../src/crypto/key-rings.ts'
import type { PasswordHashing } from '../../src/crypto/password-hashing.ts'
import type { FlowContext } from '../../src/flows/context.ts'
import { createRefreshLimit } from '../../src/flows/refresh-limit.ts'
import type { Stores } from '../../src/stores/ports.ts'
import { createRefreshTokens, type RefreshTokens } from '../../src/tokens/refresh-token.ts'
import { createSessionIds } from '../../src/tokens/session-ids.ts'

const hour = 3_600_000

export const lifetimes = {
  accessLifetime: hour / 4,
  inactivityTimeout: 7 * 24 * hour,
  absoluteLifetime: 30 * 24 * hour,
}

const ring = createKeyRing(['a server secret for interleavings, 32 bytes'], 'refresh token mac')
const refreshTokens = createRefreshTokens(ring)
const nothing = (): void => undefined

export function contextOf(stores: Stores, now: () => number, tokens: RefreshTokens): FlowContext {
  const passwords: PasswordHashing = {
    hash: async (password) => password,
    verify: async (password, hash) => [password].flat().includes(hash),
    needsRehash: () => false,
    withPlace: (work) => work(passwords),
    refusal: () => undefined,
    decoyHash: '',
  }
  return {
    users: stores.users,
    sessions: stores.sessions,
    passwords,
    isBreachedPassword: undefined,
    legacyUsers: undefined,
    deviceTokens: { issue: () => '', open: () => undefined },
    loginThrottle: {
      login: async (_, check) => ({ isRight: await check(), settled: Promise.resolve() }),
      confirmation: (_, check) => check(),
      forgive: async () => undefined,
    },
    registerLimit: { count: async () => undefined },
    refreshTokens: tokens,
    sessionIds: createSessionIds(ring),
    signAccessToken: async () => 'an access token',
    revocations: {
      endSession: nothing,
      endAccount: nothing,
      isRevoked: () => false,
      size: () => 0,
    },
    accountChanges: { note: nothing, bringUpToDate: (claims) => claims, size: () => 0 },
    applicationClaims: { wanted: false, of: async () => ({}) },
    refreshLimit: createRefreshLimit(Number.POSITIVE_INFINITY),
    refreshPolicy: { ...lifetimes, rotation: 'fork-and-commit', restoreMissing: false },
    policy: {
      username: 'required',
      email: 'off',
      loginOnRegister: false,
      reservedNames: [],
      passwordMinLength: 8,
      passwordContextWords: [],
      sessionLimit: 1,
    },
    now,
    emit: nothing,
  }
}

export interface Names {
  /** Makes tokens whose names say who made them. */
  issuing(actor: string): RefreshTokens
  nameSetting(setting: { readonly sessionId: string }): void
  sessionIds(): readonly string[]
  /** Tokens that actors made. */
  issued(): readonly string[]
  /** A value as text, its random parts by their names. */
  digest(value: unknown): string
}

export function createNames(): Names {
  const byHash = new Map<string, string>()
  const byText = new Map<string, string>()
  const sessions = new Set<string>()
  const issued: string[] = []
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

  const nameOf = (_key: string, value: unknown): unknown => {
    if (value instanceof Uint8Array) return byHash.get(hex(value)) ?? hex(value)
    if (typeof value === 'string') return byText.get(value) ?? value
    return value
  }

  return {
    issuing: (actor) => {
      let count = 0
      return {
        open: refreshTokens.open,
        issue: (content) => {
          const made = refreshTokens.issue(content)
          count += 1
          const name = `token ${count} of ${actor}`
          byHash.set(hex(made.hash), name)
          byText.set(made.token, name)
          byText.set(content.accountId, 'the account')
          if (!sessions.has(content.sessionId)) byText.set(content.sessionId, `session of ${name}`)
          sessions.add(content.sessionId)
          if (actor !== 'bystander') issued.push(made.token)
          return made
        },
      }
    },
    nameSetting: ({ sessionId }) => void byText.set(sessionId, 'the session'),
    sessionIds: () => [...sessions],
    issued: () => issued,
    digest: (value) => JSON.stringify(value, nameOf) ?? 'undefined',
  }
}
