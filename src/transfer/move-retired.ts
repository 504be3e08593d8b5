/** Carries the external ids of accounts that were deleted, so that none comes back (T2). */

import { type Move, partSize } from './move-context.ts'
import { inParts } from './parts.ts'

/** After the accounts: one that was deleted since an earlier run gives its external id up first. */
export async function moveRetired({ from, to }: Move): Promise<void> {
  const parts = inParts(from.transfer.exportRetired, (externalId) => externalId, partSize)
  for await (const externalIds of parts) await to.transfer.importRetired(externalIds)
}
