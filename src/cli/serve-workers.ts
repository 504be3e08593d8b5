/**
 * `countersign serve --workers N`: several processes that share the port.
 *
 * The primary starts them and opens no store; a worker is a server like any other, and agrees with
 * the rest through the stores, as servers on several machines do (decision 0020).
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../clock.ts'
import { describeStores } from '../options/describe-stores.ts'
import { resolveOptions } from '../options/resolve-options.ts'
import { asWorker, clusterOf, type WorkerLink } from '../server/cluster.ts'
import { withIssuer } from '../server/default-issuer.ts'
import type { ServeSettings } from '../server/environment.ts'
import { formatWorkerNotice } from '../server/log.ts'
import type { RunningServer } from '../server/start-server.ts'
import { createSupervisor, type Supervisor } from '../server/supervisor.ts'
import { describeShare, settingsOfWorker } from '../server/worker-share.ts'
import type { Context } from './command.ts'
import { describeError, exitCodeOf, exitCodes } from './exit-codes.ts'
import {
  endOnSignals,
  exitAfter,
  goOnWithoutReaders,
  onHangUp,
  startLogging,
} from './serve-process.ts'

export function serveWithWorkers(settings: ServeSettings, context: Context): Promise<void> {
  const link = asWorker()
  return link === undefined ? lead(settings, context) : work(settings, context, link)
}

async function lead(settings: ServeSettings, { io, version }: Context): Promise<void> {
  const { workers } = settings
  goOnWithoutReaders()
  const metrics = settings.metrics ? await sharedMetrics() : undefined
  const startWorker = clusterOf(['serve', '--workers', String(workers)], metrics)
  let named: Readonly<Record<string, string>> = {}
  const supervisor = createSupervisor({
    count: workers,
    start: () => startWorker(named),
    pause: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
    now: () => performance.now(),
    tell: (notice) => io.write(formatWorkerNotice(notice, systemClock())),
  })
  const signals = handleSignals(supervisor)
  const started = await supervisor.start((url) => {
    named = issuerOf(settings, url)
  })
  if (signals.areStopping()) return
  if (typeof started !== 'string') {
    // It has said why, unless it was killed.
    if (started.signal !== null) io.writeError(`The first worker was ended by ${started.signal}.`)
    process.exit(started.code ?? exitCodes.failed)
  }
  io.write(`Countersign ${version} with ${workers} workers listens on ${started}`)
  io.write(describeStores(resolveOptions(settings.options, process.env)))
  io.write(describeShare(settings))
}

// Few ask for it, and the others start without it.
async function sharedMetrics() {
  const { createSharedMetrics } = await import('../server/metrics/shared-metrics.ts')
  return createSharedMetrics()
}

/** In development the issuer is where the first worker listens, for the others too. */
function issuerOf(settings: ServeSettings, url: string): Readonly<Record<string, string>> {
  const { issuer } = withIssuer(settings, Number(new URL(url).port), process.env)
  return issuer === undefined ? {} : { COUNTERSIGN_ISSUER: issuer }
}

function handleSignals(supervisor: Supervisor) {
  let isStopping = false
  const stop = (signal: NodeJS.Signals): void => {
    if (isStopping) {
      supervisor.kill()
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
      return
    }
    isStopping = true
    supervisor.stop().then((isDone) => process.exit(isDone ? exitCodes.done : exitCodes.failed))
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  onHangUp(() => void supervisor.restart(), supervisor.kill)
  return { areStopping: (): boolean => isStopping }
}

async function work(settings: ServeSettings, context: Context, link: WorkerLink): Promise<void> {
  let server: RunningServer | undefined
  link.onCommand((command) => {
    if (server === undefined) process.exit(exitCodes.done)
    exitAfter(server[command]().then(link.leave))
  })
  // Sent to the whole group when a terminal is closed; the primary decides what it means.
  process.on('SIGHUP', () => undefined)
  const letWarningsOut = link.isFirst ? undefined : holdWarnings()
  try {
    const { isFirst, shareMetrics } = link
    const options = { listensLast: !isFirst, shareMetrics }
    server = await startLogging(settingsOfWorker(settings), context, options)
  } catch (error) {
    // The channel to the primary would keep the process alive.
    context.io.writeError(describeError(error))
    process.exit(exitCodeOf(error))
  }
  letWarningsOut?.()
  const { stop, url } = server
  endOnSignals({ stop: () => stop().then(link.leave) })
  link.sayReady(url)
}

/** What the first worker has found at its start the others find too; it is said once. */
function holdWarnings(): () => void {
  const listeners = process.listeners('warning')
  process.removeAllListeners('warning')
  return () => {
    for (const listener of listeners) process.on('warning', listener)
  }
}
