/** The standalone server's own variables, checked together with those of the library. */

import { availableParallelism } from 'node:os'
import type { AuthOptions } from '../options/auth-options.ts'
import type { Environment } from '../options/environment.ts'
import { checkOptions, startError } from '../options/resolve-options.ts'
import { shown } from '../shapes/shown.ts'

export interface ServerSettings {
  readonly host: string
  readonly port: number
  readonly production: boolean
  /** Connections at the same time; infinite for no limit. */
  readonly connectionLimit: number
  /** Whether `/metrics` is answered. @default false */
  readonly metrics?: boolean
  readonly options: AuthOptions
}

export interface ServeSettings extends ServerSettings {
  /** Processes that share the port, 1 to 128. */
  readonly workers: number
}

const defaultConnectionLimit = 5_000

/** Name, default and meaning, for `--help`. */
export const serverVariables: readonly (readonly [string, string, string])[] = [
  ['PORT', '3000', 'port to listen on; 0 takes a free one'],
  ['HOST', '127.0.0.1', 'address to listen on; 0.0.0.0 in production'],
  ['WORKERS', '1', 'processes that share the port, 1 to 128; auto for one a core'],
  ['COUNTERSIGN_CONNECTION_LIMIT', String(defaultConnectionLimit), 'open connections, or off'],
  ['COUNTERSIGN_METRICS', 'false', 'true answers /metrics, for Prometheus'],
  ['NODE_ENV', 'development', "'production' asks for an issuer and a secret"],
]

/** @throws TypeError naming every mistake, those in the library's variables too. */
export function readServerSettings(environment: Environment): ServeSettings {
  const production = environment.NODE_ENV === 'production'
  const { mistakes } = checkOptions({}, environment)
  const port = readNumber(environment.PORT?.trim() || '3000')
  if (!(port <= 65_535)) {
    mistakes.unshift(`PORT must be a whole number from 0 to 65535, got ${shown(environment.PORT)}`)
  }
  const connectionLimit = readConnectionLimit(environment.COUNTERSIGN_CONNECTION_LIMIT?.trim())
  if (connectionLimit === undefined) {
    mistakes.unshift(
      `COUNTERSIGN_CONNECTION_LIMIT must be a whole number from 1 to 1000000 or off, got ${shown(environment.COUNTERSIGN_CONNECTION_LIMIT)}`,
    )
  }
  const workers = readWorkers(environment.WORKERS?.trim() || '1')
  if (workers === undefined) {
    mistakes.unshift(`WORKERS must be ${workersRule}, got ${shown(environment.WORKERS)}`)
  }
  const metrics = environment.COUNTERSIGN_METRICS?.trim() || 'false'
  if (metrics !== 'true' && metrics !== 'false') {
    mistakes.unshift(`COUNTERSIGN_METRICS must be true or false, got ${shown(metrics)}`)
  }
  if (mistakes.length > 0 || connectionLimit === undefined || workers === undefined) {
    throw startError(mistakes)
  }
  const host = environment.HOST?.trim() || (production ? '0.0.0.0' : '127.0.0.1')
  return {
    ...{ host, port, production, connectionLimit, workers },
    ...{ metrics: metrics === 'true', options: {} },
  }
}

function readConnectionLimit(text: string | undefined): number | undefined {
  if (text === 'off') return Number.POSITIVE_INFINITY
  const limit = readNumber(text || String(defaultConnectionLimit))
  return limit >= 1 && limit <= 1_000_000 ? limit : undefined
}

const mostWorkers = 128

/** What `WORKERS` and `--workers` may be. */
export const workersRule = `a whole number from 1 to ${mostWorkers} or auto`

/** @returns undefined for what is no number of workers. */
export function readWorkers(text: string): number | undefined {
  if (text === 'auto') return Math.min(availableParallelism(), mostWorkers)
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0
  return count >= 1 && count <= mostWorkers ? count : undefined
}

/** NaN for anything but digits, such as '1e3'. */
const readNumber = (text: string): number => (/^\d{1,9}$/.test(text) ? Number(text) : Number.NaN)
