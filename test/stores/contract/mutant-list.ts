/**
 * The mistakes that the contract must notice.
 */

import { accountMutants } from './account-mutants.ts'
import { type Mutant, torn } from './mutants.ts'
import { shortLivedMutants } from './short-lived-mutants.ts'

const users = 'stores/memory/users.ts'
const sessions = 'stores/memory/sessions.ts'
const feed = 'stores/memory/feed.ts'
const keys = 'stores/memory/keys.ts'
const rule = 'sessions/decide-refresh.ts'

export const mutants: Readonly<Record<string, Mutant>> = {
  'a refresh that pauses between reading and writing': torn(
    sessions,
    `steps.run(() => {
        const session = sessions.get(sessionId)
        const now = clock()`,
    'const now = clock()',
    ['parallel sessions'],
  ),
  'a password change that pauses between comparing and writing': torn(
    users,
    `steps.run(() => {
        const entry = entries.get(id)
        if (entry?.account.passwordHash !== expected) return 'conflict'`,
    `return 'conflict'`,
    ['parallel accounts and keys'],
  ),
  'a replay that ends nothing': {
    file: sessions,
    from: "if (decision.outcome === 'replayed' || decision.outcome === 'not_adopted')",
    to: "if (decision.outcome === 'not_adopted')",
    suites: ['refresh', 'parallel sessions', 'model', 'faults'],
  },
  'an ending for want of adoption that ends nothing': {
    file: sessions,
    from: "if (decision.outcome === 'replayed' || decision.outcome === 'not_adopted')",
    to: "if (decision.outcome === 'replayed')",
    suites: ['refresh'],
  },
  'e-mail addresses that are not unique': {
    file: users,
    from: "if (emailKey !== null && idByEmail.has(emailKey)) return 'email_taken'",
    to: '',
    suites: ['accounts', 'parallel accounts and keys'],
  },
  'a password change that does not compare': {
    file: users,
    from: "if (entry?.account.passwordHash !== expected) return 'conflict'",
    to: "if (entry === undefined) return 'conflict'",
    suites: ['passwords and epochs', 'parallel accounts and keys'],
  },
  'a password change that leaves the epoch': {
    file: users,
    from: 'return raise(entry, { passwordHash: next })',
    to: 'put(entry, { passwordHash: next }); return entry.account.sessionEpoch + 1',
    suites: ['passwords and epochs'],
  },
  'a rehash that does not compare': {
    file: users,
    from: 'if (entry?.account.passwordHash === from) put(',
    to: 'if (entry !== undefined) put(',
    suites: ['passwords and epochs', 'parallel accounts and keys'],
  },
  'a disabling that leaves the epoch': {
    file: users,
    from: "sessionEpoch + (status === 'disabled' ? 1 : 0)",
    to: 'sessionEpoch',
    suites: ['administration'],
  },
  'an enabling that raises the epoch': {
    file: users,
    from: "sessionEpoch + (status === 'disabled' ? 1 : 0)",
    to: 'sessionEpoch + 1',
    suites: ['administration'],
  },
  'a change of rights that is not announced': {
    file: users,
    from: 'return announced(put(entry, { ...rights, updatedAt: clock() }))',
    to: 'return put(entry, { ...rights, updatedAt: clock() })',
    suites: ['administration'],
  },
  'a change of scopes that forgets the roles': {
    file: users,
    from: 'roles ?? entry.account.roles',
    to: 'roles ?? []',
    suites: ['administration'],
  },
  'a list that begins with the account before': {
    file: users,
    from: 'id > after',
    to: 'id >= after',
    suites: ['administration'],
  },
  'a rename that keeps the old name taken': {
    file: users,
    from: 'if (entry.usernameKey !== null) idByUsername.delete(entry.usernameKey)\n        idByUsername.set',
    to: 'idByUsername.set',
    suites: ['accounts'],
  },
  'an end that ignores the account': {
    file: sessions,
    from: "if (session?.accountId !== accountId || session.status !== 'live') return false",
    to: "if (session?.status !== 'live') return false",
    suites: ['endings'],
  },
  'a session that ends twice': {
    file: sessions,
    from: "if (session?.accountId !== accountId || session.status !== 'live') return false",
    to: 'if (session?.accountId !== accountId) return false',
    suites: ['endings', 'parallel sessions'],
  },
  'a session limit that is one too high': {
    file: sessions,
    from: 'Math.max(0, limit - 1)',
    to: 'Math.max(0, limit)',
    suites: ['sessions', 'parallel sessions'],
  },
  'a session limit that ends the newest': {
    file: sessions,
    from: 'listed(accountId, epoch).slice',
    to: 'listed(accountId, epoch).reverse().slice',
    suites: ['sessions'],
  },
  'a session limit that counts idle sessions': {
    file: sessions,
    from: 'const over = listed(accountId, epoch)',
    to: 'const over = liveOf(accountId)',
    suites: ['time'],
  },
  'an epoch that is raised in silence': {
    file: users,
    from: "feed.append({ kind: 'account_ended', accountId: entry.account.id, epoch: sessionEpoch })",
    to: '',
    suites: ['administration'],
  },
  'a log-out everywhere that spares sessions of the epoch before': {
    file: sessions,
    from: 'if (session.epoch < epoch) endQuietly(session, reason)',
    to: 'if (session.epoch < epoch - 1) endQuietly(session, reason)',
    suites: ['endings'],
  },
  'a log-out everywhere that ends sessions of the new epoch': {
    file: sessions,
    from: 'if (session.epoch < epoch) endQuietly(session, reason)',
    to: 'endQuietly(session, reason)',
    suites: ['endings'],
  },
  'an ended session that keeps its device data': {
    file: sessions,
    from: "sessions.set(id, { status: 'ended', id, accountId, reason })",
    to: "sessions.set(id, { ...sessions.get(id), status: 'ended', id, accountId, reason })",
    suites: ['endings', 'refresh'],
  },
  'a feed that loses every second entry': {
    file: feed,
    from: 'entries.push(',
    to: 'if (newest % 2 === 1) entries.push(',
    suites: ['revocation feed'],
  },
  'a feed that wakes nobody': {
    file: feed,
    from: 'Object.freeze(revocation) })\n      wakeAll()',
    to: 'Object.freeze(revocation) })',
    suites: ['revocation feed'],
  },
  'a feed that leaves its readers waiting when it closes': {
    file: feed,
    from: 'close: wakeAll,',
    to: 'close: () => undefined,',
    suites: ['revocation feed'],
  },
  'a feed that trusts a cursor from the future': {
    file: feed,
    from: 'return Number(cursor) <= newest ? Number(cursor) : undefined',
    to: 'return Number(cursor)',
    suites: ['revocation feed'],
  },
  'a feed page that skips what did not fit': {
    file: feed,
    from: 'entries.at(-1)?.sequence ?? cursor',
    to: 'cursor',
    suites: ['revocation feed'],
  },
  'a full feed page that does not say that there is more': {
    file: feed,
    from: 'entries.length === pageSize && { more: true }',
    to: 'undefined',
    suites: ['revocation feed'],
  },
  'a feed page that says that there is more when there is not': {
    file: feed,
    from: 'entries.length === pageSize && { more: true }',
    to: '{ more: true }',
    suites: ['revocation feed'],
  },
  'a pruning that forgets endings too early': {
    file: feed,
    from: 'clock() - 2 * accessLifetime - toleratedClockDifferenceMilliseconds',
    to: 'clock() - accessLifetime / 2',
    suites: ['time'],
  },
  'a pruning that takes sessions at their absolute end': {
    file: sessions,
    from: 'clock() - absoluteLifetime - dayMilliseconds',
    to: 'clock() - absoluteLifetime',
    suites: ['time'],
  },
  'a record that is shared with the caller': {
    file: sessions,
    from: 'hash: Uint8Array.from(session.hash),',
    to: 'hash: session.hash,',
    suites: ['sessions'],
  },
  'a key sequence that is given twice': {
    file: keys,
    from: 'bySequence.has(key.sequence) || ',
    to: '',
    suites: ['signing keys', 'parallel accounts and keys'],
  },
  'a removed key that takes all others with it': {
    file: keys,
    from: 'bySequence.delete(gone.sequence)',
    to: 'bySequence.clear()',
    suites: ['signing keys'],
  },
  ...accountMutants,
  ...shortLivedMutants,
  'a late window that is a millisecond too long': {
    file: rule,
    from: 'now - passedAt < lateWindowMilliseconds',
    to: 'now - passedAt <= lateWindowMilliseconds',
    suites: ['time'],
  },
  'a late window that looks at the last commit of the session': {
    file: rule,
    from: 'session.recentCommits[Math.max(1, behind) - 1]',
    to: 'session.recentCommits[0]',
    suites: ['model'],
  },
  'a commit that does not look at the parent': {
    file: rule,
    from: 'ahead === 1 && sameHash(presented.parent, session.hash)',
    to: 'ahead === 1',
    suites: ['model'],
  },
}
