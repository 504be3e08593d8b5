/**
 * The metrics of several workers, put together in the process that started them: one scrape, which
 * comes to any of them, is answered with what all have counted.
 *
 * A counter must not go down. What a worker had counted when it was last asked stays when it ends;
 * one that leaves by itself is asked once more, so that only a worker that dies takes something with it.
 */

import { type Family, isCounted, joinFamilies } from './families.ts'
import { processFamilies } from './process-families.ts'
import type { Ask } from './questions.ts'

/** A worker, as a source of metrics. */
export interface MetricsSource {
  /** @returns undefined when it does not answer in time. */
  readonly ask: Ask<readonly Family[]>
}

export interface SharedMetrics {
  /** Asks every worker. */
  gather(): Promise<readonly Family[]>
  /** Counts a worker in. */
  add(source: MetricsSource): void
  /** Asks a worker that leaves. */
  hearLast(source: MetricsSource): Promise<void>
  /** Keeps what the worker had counted. */
  remove(source: MetricsSource): void
}

export function createSharedMetrics(): SharedMetrics {
  const known = new Map<MetricsSource, readonly Family[]>()
  let ended: readonly Family[] = []

  /** @returns whether it has answered. */
  async function update(source: MetricsSource): Promise<boolean> {
    const families = await source.ask()
    // It may have gone meanwhile; what it had counted is in `ended`.
    if (families === undefined || !known.has(source)) return false
    known.set(source, families)
    return true
  }

  return {
    async gather() {
      const answered = new Set<MetricsSource>()
      await Promise.all(
        [...known.keys()].map(async (source) => {
          if (await update(source)) answered.add(source)
        }),
      )
      const workers = [...known].map(([source, families]) =>
        answered.has(source) ? families : families.filter(isCounted),
      )
      return [
        {
          name: 'countersign_workers',
          ...{ type: 'gauge', help: 'Workers that answered this scrape.', together: 'sum' },
          samples: [['', answered.size]],
        },
        ...joinFamilies([...workers, ended, processFamilies()]),
      ]
    },
    add: (source) => void known.set(source, []),
    hearLast: async (source) => void (await update(source)),
    remove(source) {
      const left = known.get(source)?.filter(isCounted) ?? []
      known.delete(source)
      ended = joinFamilies([ended, left])
    },
  }
}
