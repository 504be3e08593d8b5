/**
 * Atomic steps in one process: a synchronous function runs to its end before anything else does.
 */

import { unavailable } from '../../errors.ts'

export interface Steps {
  /**
   * Runs one atomic step at once. It checks everything before it changes anything, so one that
   * throws has changed nothing.
   *
   * @throws AuthError `temporarily_unavailable` — the store is closed.
   */
  run<Result>(step: () => Result): Promise<Result>
  close(): void
}

export function memorySteps(): Steps {
  let closed = false
  return {
    async run(step) {
      if (closed) throw unavailable(new Error('The store is closed.'))
      return step()
    },
    close() {
      closed = true
    },
  }
}

/** What a database answers for a second record with one primary key. */
export function refuseSecond(records: ReadonlyMap<unknown, unknown>, id: string): void {
  if (records.has(id)) throw unavailable(new Error('A record with this id exists.'))
}
