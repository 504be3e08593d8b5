/**
 * Stores that fail on demand, before or after a call: what an unreachable server and a lost answer do.
 */

import { unavailable } from '../../errors.ts'
import type { Stores } from '../ports.ts'

/** `before`: nothing happened. `after`: the call was carried out, and its answer was lost. */
export type FaultMoment = 'before' | 'after'

export interface StoreCall {
  readonly port:
    | 'users'
    | 'sessions'
    | 'keys'
    | 'oneTimeTokens'
    | 'attempts'
    | 'endedList'
    | 'stores'
  /** The method's name, such as `refresh`. */
  readonly method: string
}

/**
 * Wraps stores so that a call throws `temporarily_unavailable` where `shouldFail` says so.
 *
 * @param shouldFail asked once a call; undefined lets the call through.
 */
export function withFaults(
  { users, sessions, keys, oneTimeTokens, attempts, endedList, ...rest }: Stores,
  shouldFail: (call: StoreCall) => FaultMoment | undefined,
): Stores {
  const through =
    (port: StoreCall['port']) =>
    <Parameters extends readonly unknown[], Result>(
      method: string,
      inner: (...parameters: Parameters) => Promise<Result>,
    ) =>
    async (...parameters: Parameters): Promise<Result> => {
      const moment = shouldFail({ port, method })
      if (moment === 'before') throw unavailable(new Error(`${port}.${method} was not reached`))
      const result = await inner(...parameters)
      if (moment === 'after')
        throw unavailable(new Error(`The answer of ${port}.${method} is lost`))
      return result
    }
  const [ofUsers, ofSessions, ofKeys] = [through('users'), through('sessions'), through('keys')]
  const ofTokens = through('oneTimeTokens')
  const ofAttempts = through('attempts')
  const ofList = through('endedList')
  const ofStores = through('stores')
  return Object.freeze<Stores>({
    ...rest,
    users: {
      create: ofUsers('create', users.create.bind(users)),
      findById: ofUsers('findById', users.findById.bind(users)),
      findByKey: ofUsers('findByKey', users.findByKey.bind(users)),
      findExternal: ofUsers('findExternal', users.findExternal.bind(users)),
      refreshAccount: ofUsers('refreshAccount', users.refreshAccount.bind(users)),
      update: ofUsers('update', users.update.bind(users)),
      rehashPassword: ofUsers('rehashPassword', users.rehashPassword.bind(users)),
      changePassword: ofUsers('changePassword', users.changePassword.bind(users)),
      setStatus: ofUsers('setStatus', users.setStatus.bind(users)),
      setRights: ofUsers('setRights', users.setRights.bind(users)),
      list: ofUsers('list', users.list.bind(users)),
      raiseEpoch: ofUsers('raiseEpoch', users.raiseEpoch.bind(users)),
      delete: ofUsers('delete', users.delete.bind(users)),
    },
    sessions: {
      now: ofSessions('now', sessions.now.bind(sessions)),
      create: ofSessions('create', sessions.create.bind(sessions)),
      refresh: ofSessions('refresh', sessions.refresh.bind(sessions)),
      find: ofSessions('find', sessions.find.bind(sessions)),
      list: ofSessions('list', sessions.list.bind(sessions)),
      end: ofSessions('end', sessions.end.bind(sessions)),
      endAll: ofSessions('endAll', sessions.endAll.bind(sessions)),
      revocations: ofSessions('revocations', sessions.revocations.bind(sessions)),
      prune: ofSessions('prune', sessions.prune.bind(sessions)),
    },
    keys: {
      listKeys: ofKeys('listKeys', keys.listKeys.bind(keys)),
      addKey: ofKeys('addKey', keys.addKey.bind(keys)),
      resealKey: ofKeys('resealKey', keys.resealKey.bind(keys)),
      removeKey: ofKeys('removeKey', keys.removeKey.bind(keys)),
    },
    oneTimeTokens: {
      put: ofTokens('put', oneTimeTokens.put.bind(oneTimeTokens)),
      consume: ofTokens('consume', oneTimeTokens.consume.bind(oneTimeTokens)),
      removeAll: ofTokens('removeAll', oneTimeTokens.removeAll.bind(oneTimeTokens)),
      prune: ofTokens('prune', oneTimeTokens.prune.bind(oneTimeTokens)),
    },
    attempts: {
      takeAll: ofAttempts('takeAll', attempts.takeAll.bind(attempts)),
      settle: ofAttempts('settle', attempts.settle.bind(attempts)),
      read: ofAttempts('read', attempts.read.bind(attempts)),
      prune: ofAttempts('prune', attempts.prune.bind(attempts)),
    },
    endedList: {
      add: ofList('add', endedList.add.bind(endedList)),
      prune: ofList('prune', endedList.prune.bind(endedList)),
    },
    ping: ofStores('ping', () => rest.ping()),
    close: ofStores('close', () => rest.close()),
  })
}
