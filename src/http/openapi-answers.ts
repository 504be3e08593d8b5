/** The shapes of answers, for OpenAPI. `wire.ts` has the same as types. */

import { errorCodes } from '../errors.ts'

const text = { type: 'string' }
/** Examples and no enumeration: codes may be added, and programs must live with one they do not know. */
const code = { type: 'string', examples: Object.keys(errorCodes) }
const time = { type: 'string', format: 'date-time' }
const nullableText = { type: ['string', 'null'] }
const seconds = { type: 'integer', description: 'Seconds' }

const object = (properties: Record<string, object>, optional: readonly string[] = []): object => ({
  type: 'object',
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
})

const user = object({
  id: text,
  externalId: nullableText,
  username: nullableText,
  email: nullableText,
  emailVerified: { type: 'boolean' },
  name: nullableText,
  roles: { type: 'array', items: text },
  createdAt: time,
})

const loginTokens = () => ({ ...tokens, deviceToken: text })

const tokens = {
  accessToken: text,
  refreshToken: text,
  tokenType: { const: 'Bearer' },
  expiresIn: seconds,
}

/** In cookie mode the tokens are in cookies, and only `expiresIn` is in the body. */
const inCookies = ['accessToken', 'refreshToken', 'tokenType', 'deviceToken']

export function describeAnswers(): object {
  return {
    Registered: object({ user, ...loginTokens() }, [...inCookies, 'expiresIn']),
    LoggedIn: object({ user, ...loginTokens() }, inCookies),
    Tokens: object(loginTokens(), inCookies),
    Profile: object({ user }),
    Sessions: object({ sessions: { type: 'array', items: session } }),
    JsonWebKeySet: object({ keys: { type: 'array', items: { type: 'object' } } }),
    Metadata: object({ issuer: text, jwks_uri: text }),
    Problem: object(
      { type: text, title: text, status: { type: 'integer' }, code, errors: fields },
      ['errors'],
    ),
  }
}

const session = object({
  id: text,
  current: { type: 'boolean' },
  createdAt: time,
  lastUsedAt: time,
  userAgent: nullableText,
  address: nullableText,
})

const fields = { type: 'array', items: object({ field: text, message: text }) }
