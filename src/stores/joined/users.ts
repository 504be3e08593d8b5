/**
 * Accounts whose changes are announced in the session store's feed too, once they are durable.
 *
 * The accounts' own feed has them in the same step; this one is faster, and it is all that a
 * verifier without the accounts sees.
 */

import type { Revocation, UserStore } from '../ports.ts'
import type { Mending } from './mending.ts'

export function announcingUsers(
  users: UserStore,
  announce: (entries: readonly Revocation[]) => Promise<void>,
  { watch }: Mending,
): UserStore {
  const ended = (accountId: string, epoch: number) =>
    announce([{ kind: 'account_ended', accountId, epoch }])
  const changed = (accountId: string, changedAt: number) =>
    announce([{ kind: 'account_changed', accountId, changedAt }])

  const changePassword: UserStore['changePassword'] = async (id, expected, next) => {
    const epoch = await users.changePassword(id, expected, next)
    if (epoch !== 'conflict') await ended(id, epoch)
    return epoch
  }

  const setStatus: UserStore['setStatus'] = async (id, status) => {
    const change = await users.setStatus(id, status)
    if (change !== 'not_found' && change.previous !== status) {
      await changed(id, change.account.updatedAt)
    }
    return change
  }

  const setRights: UserStore['setRights'] = async (id, rights) => {
    const account = await users.setRights(id, rights)
    if (account !== 'not_found') await changed(id, account.updatedAt)
    return account
  }

  const raiseEpoch: UserStore['raiseEpoch'] = async (id) => {
    const epoch = await users.raiseEpoch(id)
    if (epoch !== 'not_found') await ended(id, epoch)
    return epoch
  }

  const remove: UserStore['delete'] = async (id) => {
    const account = await users.refreshAccount(id)
    await users.delete(id)
    if (account !== undefined) await ended(id, account.sessionEpoch + 1)
  }

  return Object.freeze<UserStore>({
    ...users,
    changePassword: (...args) => watch(changePassword(...args)),
    setStatus: (...args) => watch(setStatus(...args)),
    setRights: (...args) => watch(setRights(...args)),
    raiseEpoch: (...args) => watch(raiseEpoch(...args)),
    delete: (...args) => watch(remove(...args)),
  })
}
