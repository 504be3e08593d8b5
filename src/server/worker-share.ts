/**
 * What each of several workers gets of the server's settings: a limit that is meant for the machine is
 * divided, so that N workers do not multiply it.
 */

import { passwordDefaults } from '../options/password-options.ts'
import { optionsOfWorker } from '../options/worker-share.ts'
import type { ServeSettings } from './environment.ts'

export function settingsOfWorker(settings: ServeSettings): ServeSettings {
  const { workers, connectionLimit, options } = settings
  return {
    ...settings,
    connectionLimit: Math.ceil(connectionLimit / workers),
    options: { ...options, ...optionsOfWorker(workers) },
  }
}

/** For the log, at the start. */
export function describeShare(settings: ServeSettings): string {
  const { connectionLimit } = settingsOfWorker(settings)
  const { concurrency } = optionsOfWorker(settings.workers).passwords
  const connections = Number.isFinite(connectionLimit)
    ? `${connectionLimit} connections`
    : 'any number of connections'
  const passwords = concurrency === 1 ? 'one password' : `${concurrency} passwords`
  const mebibytes = passwordDefaults.memoryKiB / 1024
  return `Each worker takes ${connections} and hashes ${passwords} at a time, ${mebibytes} MiB each.`
}
