/**
 * What an operator should know about a store beyond that it answers. Part of the ports in `ports.ts`.
 *
 * Sentences are for people, codes for monitoring; neither holds a credential or an address.
 */

export interface StoreProblem {
  /** A promise to monitoring, such as `redis_evicts`. */
  readonly code: string
  readonly message: string
  /** With an error requests fail, and the server is not ready; a warning tells of a risk. */
  readonly severity: 'error' | 'warning'
}

export interface Inspectable {
  /** Answers when the store can be reached. */
  ping(): Promise<void>
  /** Finds what is wrong or risky, also that the store does not answer. Never rejects. */
  inspect?(): Promise<readonly StoreProblem[]>
}

const databaseUnreachable: StoreProblem = {
  code: 'database_unreachable',
  message: 'The database does not answer: requests are answered 503, access tokens are verified.',
  severity: 'error',
}

/** @param unreachable stands for a failing `ping` where a store cannot say more. */
export async function inspectStore(
  store: Inspectable,
  unreachable: StoreProblem = databaseUnreachable,
): Promise<readonly StoreProblem[]> {
  if (store.inspect !== undefined) return store.inspect()
  return store.ping().then(
    () => [],
    () => [unreachable],
  )
}
