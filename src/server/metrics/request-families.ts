/**
 * Requests as `/metrics` counts them: how many of which route came to which status, and how long
 * they took. Routes are those that there are; whatever else is asked for is `other`.
 */

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { performance } from 'node:perf_hooks'
import { pathUnder } from '../../http/request.ts'
import { pathOf } from '../../node/auth-handler.ts'
import { paths } from '../../wire.ts'
import { type Family, series } from './families.ts'

/** Seconds. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

const methods = new Set(['GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'OPTIONS'])

/** The client had gone before it was answered; the status that proxies write for it. */
const clientGone = 499

interface Durations {
  /** Of each bound, those within it and within no smaller one; the last is of those beyond. */
  readonly counts: number[]
  sum: number
}

/**
 * Counts every request of the server from now on.
 *
 * @param basePath where the routes of the library are mounted.
 * @param own other paths that are answered.
 */
export function countRequests(
  server: Server,
  basePath: string,
  own: readonly string[],
): () => readonly Family[] {
  const routeOf = routesBy(basePath, own)
  const counts = new Map<string, number>()
  const durations = new Map<string, Durations>()

  function observe(request: IncomingMessage, response: ServerResponse): void {
    const beganAt = performance.now()
    response.once('close', () => {
      const route = routeOf(pathOf(request.url))
      count(route, request.method ?? '', response.headersSent ? response.statusCode : clientGone)
      time(route, (performance.now() - beganAt) / 1000)
    })
  }

  function count(route: string, given: string, status: number): void {
    const method = methods.has(given) ? given : 'other'
    const key = series({ method, route, code: String(status) })
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }

  function time(route: string, seconds: number): void {
    let taken = durations.get(route)
    if (taken === undefined) {
      taken = { counts: new Array(bounds.length + 1).fill(0), sum: 0 }
      durations.set(route, taken)
    }
    const within = bounds.findIndex((bound) => seconds <= bound)
    const index = within === -1 ? bounds.length : within
    taken.counts[index] = (taken.counts[index] ?? 0) + 1
    taken.sum += seconds
  }

  for (const event of ['request', 'checkContinue', 'checkExpectation']) {
    server.prependListener(event, observe)
  }
  return () => [
    {
      name: 'countersign_http_requests_total',
      ...{ type: 'counter', help: 'Requests, and how they were answered.', together: 'sum' },
      samples: [...counts],
    },
    {
      name: 'countersign_http_request_duration_seconds',
      ...{ type: 'histogram', help: 'Time from head to answer.', together: 'sum' },
      samples: [...durations].flatMap(([route, taken]) => histogram(route, taken)),
    },
  ]
}

function histogram(route: string, { counts, sum }: Durations): (readonly [string, number])[] {
  let total = 0
  const buckets = counts.map((count, index) => {
    total += count
    const le = index < bounds.length ? String(bounds[index]) : '+Inf'
    return [series({ route, le }, '_bucket'), total] as const
  })
  return [...buckets, [series({ route }, '_sum'), sum], [series({ route }, '_count'), total]]
}

function routesBy(basePath: string, own: readonly string[]): (path: string) => string {
  const known = new Set<string>([...own, ...Object.values(paths).map((path) => basePath + path)])
  const ofSession = basePath + paths.sessions
  return (path) => {
    if (known.has(path)) return path
    return pathUnder(ofSession, path) === undefined ? 'other' : `${ofSession}/:id`
  }
}
