/** The shapes of request bodies: they validate, and `openapi.ts` describes them. */

import * as z from 'zod'

const text = (what: string) => z.string({ error: `must be ${what}` })
const username = text('a string').meta({ description: '1 to 64 letters, digits, . _ or -' })
const email = text('a string').meta({ description: 'An e-mail address', format: 'email' })
const password = text('a string').meta({ description: '8 to 256 characters', format: 'password' })
const name = text('a string')
  .refine((value) => value.length <= 100 && !hasControls(value), {
    error: 'must be at most 100 characters without control characters',
  })
  .meta({ description: 'The name to show, at most 100 characters' })
const transport = z
  .enum(['bearer', 'cookie'], { error: "must be 'bearer' or 'cookie'" })
  .optional()
  .meta({ description: 'How tokens are handed over', default: 'bearer' })

const body = <S extends z.core.$ZodLooseShape>(shape: S) =>
  z.object(shape, { error: 'must be a JSON object' })

export const schemas = {
  register: body({
    username: username.optional(),
    email: email.optional(),
    name: name.optional(),
    password,
    transport,
  }),
  login: body({
    username: username.optional(),
    email: email.optional(),
    password,
    transport,
    deviceToken: text('a string').optional().meta({ description: 'Of an earlier log-in here' }),
  }).refine((value) => (value.username === undefined) !== (value.email === undefined), {
    error: 'needs a username or an email, and not both',
  }),
  refresh: body({ refreshToken: text('a string').optional() }),
  updateProfile: body({ username: username.optional(), name: name.nullable().optional() }),
  deleteProfile: body({ currentPassword: password.optional() }),
  password: body({ currentPassword: password, newPassword: password }),
  empty: body({}),
}

export type SchemaName = keyof typeof schemas
export type Bodies = { readonly [N in SchemaName]: z.infer<(typeof schemas)[N]> }

function hasControls(value: string): boolean {
  return /[\p{Cc}\p{Cs}]/u.test(value)
}
