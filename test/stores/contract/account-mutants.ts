/**
 * Mistakes in making and deleting accounts, and in moving them and their sessions.
 */

import { type Mutant, torn } from './mutants.ts'

const users = 'stores/memory/users.ts'
const imports = 'stores/decide-import.ts'
const moving = ['moving to another store']

export const accountMutants: Readonly<Record<string, Mutant>> = {
  'a registration that pauses between looking and writing': torn(
    users,
    `steps.run(() => {
        const { id, externalId, usernameKey, emailKey } = given
        if (externalId !== null && idByExternalId.has(externalId)) return 'external_id_taken'
        if (usernameKey !== null && idByUsername.has(usernameKey)) return 'username_taken'
        if (emailKey !== null && idByEmail.has(emailKey)) return 'email_taken'`,
    `return 'email_taken'`,
    ['external ids', 'parallel accounts and keys'],
  ),
  'an account that comes again after it was deleted': {
    file: users,
    from: 'entries.delete(id)',
    to: 'entries.delete(id); idByExternalId.delete(entry.account.externalId ?? "")',
    suites: ['external ids'],
  },
  'a standing that is the same for all who ask': {
    file: users,
    from: `const account = entries.get(id)?.account
        if (account === undefined) return undefined
        const { status, sessionEpoch`,
    to: `const account = entries.has(id) ? [...entries.values()][0]?.account : undefined
        if (account === undefined) return undefined
        const { status, sessionEpoch`,
    suites: ['ended list'],
  },
  'a move that brings a session back': {
    file: imports,
    from: "if (stored.status === 'ended') return 'keep'",
    to: "if (stored.status === 'ended') return 'replace'",
    suites: moving,
  },
  'a move that replaces a session that went on': {
    file: imports,
    from: "return stored.generation < given.generation ? 'replace' : 'keep'",
    to: "return 'replace'",
    suites: moving,
  },
  'a move that lowers an epoch': {
    file: imports,
    from: "return stored.sessionEpoch < given.sessionEpoch ? 'replace' : 'keep'",
    to: "return 'replace'",
    suites: moving,
  },
}
