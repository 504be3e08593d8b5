/**
 * What the command line asks of an `Auth`: the administrator's part.
 *
 * A test passes a fake; in production it is `createAuth()` (`open-auth.ts`).
 */

import type { Auth } from '../auth.ts'

export type AdminAuth = Pick<Auth, 'users' | 'sessions' | 'keys' | 'close'>
export type NewAccount = Parameters<Auth['users']['create']>[0]
export type ImportedUser = Parameters<Auth['users']['import']>[0]
export type AccountView = NonNullable<Awaited<ReturnType<Auth['users']['get']>>>
export type KeyView = Awaited<ReturnType<Auth['keys']['list']>>[number]
