/**
 * `/metrics` of the standalone server, in the text format of Prometheus: what was asked and what
 * happened, and how the stores and the feed are. Numbers only: no account, session, name or address
 * is in it.
 *
 * Counts from the start of the process; a restart begins at nothing, which counters allow. What
 * several workers count is put together by `shared-metrics.ts`.
 */

import type { Server } from 'node:http'
import type { Auth } from '../../auth.ts'
import { unavailable } from '../../errors.ts'
import type { AuthEvent } from '../../events.ts'
import { problemResponse } from '../../http/problem.ts'
import type { HttpResponse } from '../../http/response.ts'
import { type Family, formatFamilies, series } from './families.ts'
import { processFamilies } from './process-families.ts'
import { countRequests } from './request-families.ts'

/** The members of events that take few values; all others name somebody. */
const labels = ['type', 'reason', 'by', 'for'] as const

/** Resolves to undefined when the other processes cannot be asked. */
export type GatherMetrics = () => Promise<readonly Family[] | undefined>

/** Given what tells the metrics of this process, gathers those of all. */
export type ShareMetrics = (own: GatherMetrics) => GatherMetrics

export interface Metrics {
  /** Answers a scrape. */
  answer(): Promise<HttpResponse>
  /** As `countRequests`, from now on. */
  countRequests(server: Server, ownPaths: readonly string[]): void
}

/** Counts events from now on. @param share for one of several workers. */
export function createMetrics(auth: Auth, share: ShareMetrics = (own) => own): Metrics {
  const events = countEvents(auth)
  let requests: () => readonly Family[] = () => []
  const gather = share(async () => [
    ...[events(), ...requests()],
    ...(await healthFamilies(auth)),
    ...processFamilies(),
  ])
  return {
    async answer() {
      const families = await gather()
      return families === undefined
        ? problemResponse(unavailable('metrics'))
        : { status: 200, headers, body: formatFamilies(families) }
    },
    countRequests(server, ownPaths) {
      requests = countRequests(server, auth.http.core.settings.basePath, ownPaths)
    },
  }
}

const headers = {
  'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
  'Cache-Control': 'no-store',
}

function countEvents(auth: Auth): () => Family {
  const counts = new Map<string, number>()
  auth.on('*', (event) => {
    const key = seriesOf(event)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  })
  return () => ({
    name: 'countersign_events_total',
    ...{ type: 'counter', help: 'Security events since the start.', together: 'sum' },
    samples: [...counts],
  })
}

const seriesOf = (event: AuthEvent): string =>
  series(
    Object.fromEntries(
      labels.flatMap((name) =>
        name in event ? [[name, String(event[name as keyof AuthEvent])]] : [],
      ),
    ),
  )

async function healthFamilies(auth: Auth): Promise<readonly Family[]> {
  const { ready, problems, feed } = await auth.health()
  const { stalenessMilliseconds: staleness } = feed
  return [
    {
      name: 'countersign_ready',
      ...{ type: 'gauge', help: '1 when /readyz is 200.', together: 'least' },
      samples: [['', Number(ready)]],
    },
    {
      name: 'countersign_problem',
      ...{ type: 'gauge', help: 'Problems that /readyz names.', together: 'most' },
      samples: problems.map(({ code, severity }) => [series({ code, severity }), 1]),
    },
    {
      name: 'countersign_feed_age_seconds',
      ...{ type: 'gauge', help: 'Age of what is known of ended sessions.', together: 'most' },
      samples: staleness === null ? [] : [['', staleness / 1000]],
    },
  ]
}
