/** The one write of a rotation, which takes only where the session still is as it was read. */

import {
  bornAt,
  type LiveSession,
  lastMovedAt,
  type RotationState,
} from '../../sessions/session.ts'
import { type Database, onTokenPath } from './database.ts'
import type { SqlValues } from './statement.ts'

/** The session as it was read; `hash` changes with every commit, `forks` with every counted fork. */
export const asRead = `id = :id AND end_reason IS NULL AND generation = :seenGeneration::bigint
  AND hash = :seenHash::bytea AND forks = :seenForks AND forked_at = :seenForkedAt::bigint`

export const seenValues = (session: LiveSession): SqlValues => ({
  id: session.id,
  seenGeneration: session.generation,
  seenHash: session.hash,
  seenForks: session.forks,
  seenForkedAt: session.forkedAt,
})

/**
 * A refresh that is forgotten heals itself, so it does not wait for the disk.
 *
 * @returns false when the session is no longer as it was read.
 */
export async function writeRotation(
  database: Database,
  seen: LiveSession,
  next: RotationState,
): Promise<boolean> {
  const moved = await database.run(
    `UPDATE {schema}.sessions
      SET generation = :generation::bigint, hash = :hash::bytea, recent_commits = :recentCommits,
        forks = :forks, forked_at = :forkedAt::bigint, moved_at = :movedAt::bigint
      WHERE ${asRead} AND {lightly} RETURNING id`,
    {
      ...seenValues(seen),
      generation: next.generation,
      hash: next.hash,
      recentCommits: JSON.stringify(next.recentCommits),
      forks: next.forks,
      forkedAt: next.forkedAt,
      movedAt: lastMovedAt(next, bornAt(seen.id)),
    },
    { within: onTokenPath },
  )
  return moved.length === 1
}
