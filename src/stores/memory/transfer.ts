/**
 * Moving to another store and from one, in memory.
 */

import type { Clock } from '../../clock.ts'
import { decideAccountImport, decideSessionImport } from '../decide-import.ts'
import type {
  AccountImport,
  AccountRecord,
  ListedEnding,
  TransferPage,
  TransferStore,
} from '../ports.ts'
import type { MemoryEndedList } from './ended-list.ts'
import type { MemoryFeed } from './feed.ts'
import type { TokenMap } from './one-time-tokens.ts'
import { copyOf, type SessionMaps } from './sessions.ts'
import type { Steps } from './steps.ts'
import type { Entry, UserMaps } from './users.ts'

type Maps = UserMaps & SessionMaps & Pick<MemoryEndedList, 'listed'> & { readonly tokens: TokenMap }

export function memoryTransfer(
  steps: Steps,
  feed: MemoryFeed,
  clock: Clock,
  maps: Maps,
): TransferStore {
  const { entries, idByExternalId, sessions, idsByAccount, listed, tokens } = maps

  const endings = (): ListedEnding[] => {
    const ended = [...sessions.values()].filter((session) => session.status === 'ended')
    const rows = ended.map(({ id: sessionId, accountId, reason }) => ({
      ...{ sessionId, accountId, reason },
    }))
    const onList = [...listed.values()].map(({ at: _at, ...ending }) => ending)
    const all = new Map([...rows, ...onList].map((ending) => [ending.sessionId, ending]))
    return [...all.values()]
  }

  return Object.freeze<TransferStore>({
    countAccounts: () => steps.run(() => entries.size),

    exportAccounts: (page) =>
      steps.run(() => pageOf([...entries.values()].map(recordOf), ({ id }) => id, page)),

    importAccounts: (records, { takeNames }) =>
      steps.run(() => records.map((record) => importAccount(maps, record, takeNames))),

    exportRetired: (page) =>
      steps.run(() => {
        const retired = [...idByExternalId].filter(([, id]) => !entries.has(id))
        return pageOf(
          retired.map(([externalId]) => externalId),
          (externalId) => externalId,
          page,
        )
      }),

    importRetired: (externalIds) =>
      steps.run(() => {
        for (const externalId of externalIds) {
          if (!idByExternalId.has(externalId)) idByExternalId.set(externalId, 'retired')
        }
      }),

    importSessions: (given) =>
      steps.run(() => {
        const written = given.filter(
          (session) => decideSessionImport(sessions.get(session.id), session) !== 'keep',
        )
        for (const session of written) {
          const { id, accountId } = session
          sessions.set(id, copyOf(session))
          idsByAccount.set(accountId, (idsByAccount.get(accountId) ?? new Set()).add(id))
        }
        return written.length
      }),

    newestSessionId: () => steps.run(() => [...sessions.keys()].sort().at(-1)),

    exportEndings: (page) => steps.run(() => pageOf(endings(), (one) => one.sessionId, page)),

    importEndings: (given) =>
      steps.run(() => {
        for (const ending of given) {
          const { sessionId } = ending
          if (!listed.has(sessionId)) listed.set(sessionId, { ...ending, at: clock() })
        }
      }),

    exportTokens: () =>
      steps.run(() =>
        [...tokens].map(([hash, token]) => ({
          tokenHash: Uint8Array.from(Buffer.from(hash, 'hex')),
          ...token,
        })),
      ),

    announce: (revocations) =>
      steps.run(() => {
        for (const revocation of revocations) feed.append(revocation)
      }),
  })
}

const recordOf = ({ account, usernameKey, emailKey }: Entry): AccountRecord => ({
  ...{ ...account, usernameKey, emailKey },
})

function pageOf<Item>(
  items: readonly Item[],
  idOf: (item: Item) => string,
  { after = '', limit }: TransferPage,
): Item[] {
  return items
    .filter((item) => idOf(item) > after)
    .sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1))
    .slice(0, limit)
}

function importAccount(maps: UserMaps, record: AccountRecord, takeNames: boolean): AccountImport {
  const { entries, idByUsername, idByEmail, idByExternalId } = maps
  const { usernameKey, emailKey, ...account } = record
  const { id, externalId } = account
  const stored = entries.get(id)
  if (decideAccountImport(stored && recordOf(stored), record) === 'keep') return 'kept'
  const isOfAnother = (owner: string | undefined): owner is string =>
    owner !== undefined && owner !== id
  if (externalId !== null && isOfAnother(idByExternalId.get(externalId))) return 'taken'
  const byName = usernameKey === null ? undefined : idByUsername.get(usernameKey)
  const byEmail = emailKey === null ? undefined : idByEmail.get(emailKey)
  if (!takeNames && (isOfAnother(byName) || isOfAnother(byEmail))) return 'taken'
  if (isOfAnother(byName)) nameless(entries, byName, { usernameKey: null, username: null })
  if (isOfAnother(byEmail)) nameless(entries, byEmail, { emailKey: null, email: null })
  if (typeof stored?.usernameKey === 'string') idByUsername.delete(stored.usernameKey)
  if (typeof stored?.emailKey === 'string') idByEmail.delete(stored.emailKey)
  if (externalId !== null) idByExternalId.set(externalId, id)
  if (usernameKey !== null) idByUsername.set(usernameKey, id)
  if (emailKey !== null) idByEmail.set(emailKey, id)
  const roles = Object.freeze([...account.roles])
  const scopes = Object.freeze([...account.scopes])
  entries.set(id, { account: Object.freeze({ ...account, roles, scopes }), usernameKey, emailKey })
  return 'written'
}

function nameless(entries: UserMaps['entries'], id: string, without: Partial<AccountRecord>): void {
  const entry = entries.get(id)
  if (entry === undefined) return
  const { usernameKey, emailKey, ...account } = { ...recordOf(entry), ...without }
  entries.set(id, { account: Object.freeze(account), usernameKey, emailKey })
}
