/**
 * Walks over the accounts of both sides at once, in the order of their ids: finds those that differ,
 * and removes from the target those that were deleted in the source since an earlier run.
 */

import { isSameAccount } from '../stores/decide-import.ts'
import type { AccountRecord, TransferStore } from '../stores/ports.ts'
import { type Move, partSize } from './move-context.ts'
import { inUse } from './move-state.ts'
import { inParts, onlyItems } from './parts.ts'

export interface ComparedAccounts {
  readonly removed: number
  readonly differences: readonly string[]
}

/**
 * @param lastRunAt when an earlier run began; what the target got after that is not from this move.
 * @throws MoveRefused `target_in_use`
 */
export async function compareAccounts(
  { from, to, mode, progress }: Move,
  lastRunAt: number,
): Promise<ComparedAccounts> {
  // A target with accounts of its own differs by design; what was taken is told by the import.
  if (mode === 'merge') return { removed: 0, differences: [] }
  const surplus: AccountRecord[] = []
  const differences: string[] = []
  const total = await from.transfer.countAccounts()
  const theirs = records(to.transfer)[Symbol.asyncIterator]()
  let other = await theirs.next()
  let done = 0
  for await (const record of records(from.transfer)) {
    while (!other.done && other.value.id < record.id) {
      surplus.push(other.value)
      other = await theirs.next()
    }
    if (other.done || other.value.id !== record.id) {
      differences.push(`account ${record.id} is not in the target`)
    } else {
      if (!isSameAccount(other.value, record)) differences.push(`account ${record.id} differs`)
      other = await theirs.next()
    }
    done += 1
    if (done % partSize === 0 || done === total) progress({ step: 'comparing', done, total })
  }
  for (; !other.done; other = await theirs.next()) surplus.push(other.value)
  const earlier = surplus.filter(({ createdAt }) => createdAt <= lastRunAt)
  // In a live run they may have been registered and deleted in the source while it was copied.
  if (mode === 'whole' && earlier.length < surplus.length) throw inUse()
  const gone = await deletedInSource(earlier, (id) => from.users.findById(id))
  for (const { id } of gone) await to.users.delete(id)
  return { removed: gone.length, differences }
}

/** Not those that were registered while the two were compared. */
async function deletedInSource(
  surplus: readonly AccountRecord[],
  find: (id: string) => Promise<unknown>,
): Promise<readonly AccountRecord[]> {
  const gone: AccountRecord[] = []
  for (const record of surplus) if ((await find(record.id)) === undefined) gone.push(record)
  return gone
}

const records = (transfer: TransferStore): AsyncGenerator<AccountRecord> =>
  onlyItems(inParts(transfer.exportAccounts, ({ id }) => id, partSize))
