/** What every process that serves does, alone or as one of several: its log, and how it ends. */

import { closeSync, openSync } from 'node:fs'
import { systemClock } from '../clock.ts'
import type { ServerSettings } from '../server/environment.ts'
import { formatEvent } from '../server/log.ts'
import { type RunningServer, type StartOptions, startServer } from '../server/start-server.ts'
import type { Context } from './command.ts'

/** Starts the server and writes its events to the log. */
export async function startLogging(
  settings: ServerSettings,
  { io, version }: Pick<Context, 'io' | 'version'>,
  options?: StartOptions,
): Promise<RunningServer> {
  const server = await startServer(settings, version, options)
  goOnWithoutReaders()
  server.auth.on('*', (event) => io.write(formatEvent(event, systemClock())))
  return server
}

/** Whoever read the log has gone; the server goes on without it. */
export function goOnWithoutReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
}

/** Ends with the server on the first SIGTERM or SIGINT, and at once on the second. */
export function endOnSignals(server: Pick<RunningServer, 'stop'>): void {
  const stop = (): void => exitAfter(server.stop())
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

export function exitAfter(ended: Promise<void>): void {
  ended.then(
    () => process.exit(0),
    () => process.exit(1),
  )
}

/**
 * Tells the two meanings of SIGHUP apart, so that a service may be told to reload, and a server in a
 * terminal does not outlive it: when that has been closed the process ends at once, as it does
 * when nobody listens.
 *
 * @param told somebody sent the signal.
 * @param beforeEnd the terminal has been closed.
 */
export function onHangUp(told: () => void, beforeEnd: () => void = () => undefined): void {
  const hadTerminal = hasTerminal()
  process.on('SIGHUP', () => {
    if (!hadTerminal || hasTerminal()) return told()
    beforeEnd()
    // Not by an exit: Node.js would reset the terminal that is no longer there, and crash.
    process.removeAllListeners('SIGHUP')
    process.kill(process.pid, 'SIGHUP')
  })
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'))
    return true
  } catch {
    return false
  }
}
