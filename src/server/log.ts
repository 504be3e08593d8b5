/**
 * The server's log: one JSON object a line, UTC, on stdout. Session ids only hashed (ASVS 16.2.5).
 *
 * JSON escapes line breaks, so nothing that a client sends can forge a line.
 */

import { createHash } from 'node:crypto'
import { toIsoTime } from '../clock.ts'
import type { AuthEvent } from '../events.ts'
import type { WorkerNotice } from './supervisor.ts'

export function formatEvent(event: AuthEvent, now: number): string {
  const { type, ...fields } = event
  const shown = 'sessionId' in fields ? { ...fields, sessionId: hashed(fields.sessionId) } : fields
  return JSON.stringify({ time: toIsoTime(now), event: type, ...shown })
}

export const formatWorkerNotice = (notice: WorkerNotice, now: number): string =>
  JSON.stringify({ time: toIsoTime(now), ...notice })

const hashed = (value: string): string =>
  createHash('sha256').update(value).digest('base64url').slice(0, 16)
