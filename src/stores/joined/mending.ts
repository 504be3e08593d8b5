/**
 * Whether an ending may be missing from the session store's feed: a call that failed may have been
 * carried out in the accounts, and a second try finds nothing left to announce.
 */

export interface Mending {
  /** Settles as `running` does, and remembers when it failed. */
  watch<Result>(running: Promise<Result>): Promise<Result>
  /** @returns whether the feed is to be mended now; then somebody does, or says `failed`. */
  isDue(): boolean
  failed(): void
}

/** It reads the accounts' whole feed, and is not to be another load on a database in trouble. */
const leastBetweenMilliseconds = 5000

export function createMending(): Mending {
  let isNeeded = false
  let notBefore = Number.NEGATIVE_INFINITY
  const failed = (): void => {
    isNeeded = true
  }
  return Object.freeze<Mending>({
    watch: (running) =>
      running.catch((error: unknown) => {
        failed()
        throw error
      }),
    isDue() {
      const now = performance.now()
      if (!isNeeded || now < notBefore) return false
      isNeeded = false
      notBefore = now + leastBetweenMilliseconds
      return true
    },
    failed,
  })
}
