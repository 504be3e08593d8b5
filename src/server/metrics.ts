/**
 * `/metrics` of the standalone server, in the text format of Prometheus: what happened, and how the
 * stores and the feed are. Numbers only: no account, session, name or address is in it.
 *
 * Counts in this process and from its start; a restart begins at nothing, which counters allow.
 */

import type { Auth } from '../auth.ts'
import type { AuthEvent } from '../events.ts'
import type { HttpResponse } from '../http/response.ts'

/** The members of events that take few values; all others name somebody. */
const labels = ['type', 'reason', 'by', 'for'] as const

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number]

/** Counts from now on. @returns what answers a request. */
export function createMetrics(auth: Auth): () => Promise<HttpResponse> {
  const counts = new Map<string, number>()
  auth.on('*', (event) => {
    const key = seriesOf(event)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  })

  return async () => {
    const { ready, problems, feed } = await auth.health()
    const { stalenessMilliseconds: staleness } = feed
    const { user, system } = process.cpuUsage()
    const families = [
      ...family('countersign_events_total', 'counter', 'Security events since the start.', [
        ...[...counts].map(([key, count]): Sample => [JSON.parse(key), count]),
      ]),
      ...family('countersign_ready', 'gauge', '1 when /readyz is 200.', [[{}, Number(ready)]]),
      ...family(
        'countersign_problem',
        'gauge',
        'Problems that /readyz names.',
        problems.map(({ code, severity }): Sample => [{ code, severity }, 1]),
      ),
      ...family(
        'countersign_feed_age_seconds',
        'gauge',
        'Age of what this process knows of ended sessions.',
        staleness === null ? [] : [[{}, staleness / 1000]],
      ),
      ...family('process_cpu_seconds_total', 'counter', 'Processor time.', [
        [{}, (user + system) / 1e6],
      ]),
      ...family('process_resident_memory_bytes', 'gauge', 'Memory in use.', [
        [{}, process.memoryUsage.rss()],
      ]),
      ...family('process_uptime_seconds', 'gauge', 'Time since the start.', [
        [{}, process.uptime()],
      ]),
    ]
    return {
      status: 200,
      headers: {
        'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
        'Cache-Control': 'no-store',
      },
      body: families.join(''),
    }
  }
}

const seriesOf = (event: AuthEvent): string =>
  JSON.stringify(
    Object.fromEntries(
      labels.flatMap((name) => (name in event ? [[name, event[name as keyof AuthEvent]]] : [])),
    ),
  )

// Label values are words of our own, with nothing in them to escape.
function family(
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  samples: readonly Sample[],
): string[] {
  const lines = samples.map(([given, value]) => {
    const pairs = Object.entries(given).map(([label, text]) => `${label}="${text}"`)
    return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}\n`
  })
  return [`# HELP ${name} ${help}\n`, `# TYPE ${name} ${type}\n`, ...lines]
}
