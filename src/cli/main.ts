#!/usr/bin/env node
/** The command `countersign`, as a process. */

import { readFileSync } from 'node:fs'
import { openAuth, pendingMigrations } from './open-auth.ts'
import { run } from './run.ts'
import { openPlace } from './store-place.ts'
import { terminalIo } from './terminal-io.ts'

function readVersion(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

// Whoever reads our output may stop reading: `countersign user list | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(1)
})

const io = terminalIo()
process.exitCode = await run(process.argv.slice(2), {
  io,
  version: readVersion(),
  openAuth,
  openStores: (place) => openPlace(place, process.env, (error) => io.writeError(String(error))),
  pendingMigrations,
})
