/**
 * Removing old rows, a batch at a time, so that no statement runs for long and none waits for another.
 */

import type { Database } from './database.ts'
import type { SqlValues } from './statement.ts'

const batch = 5000

/** @param condition which rows go; an index must serve it. */
export async function pruneTable(
  database: Database,
  { table, key, condition }: { readonly table: string; readonly key: string; condition: string },
  values: SqlValues = {},
): Promise<void> {
  const sql = `WITH old AS MATERIALIZED (
      SELECT ${key} FROM {schema}.${table} WHERE ${condition} LIMIT ${batch}
        FOR UPDATE SKIP LOCKED
    ), gone AS (
      DELETE FROM {schema}.${table} WHERE ${key} = ANY (ARRAY(SELECT ${key} FROM old)) AND {lightly}
        RETURNING 1
    )
    SELECT count(*)::integer AS removed FROM gone`
  for (;;) {
    const [row] = await database.run<{ removed: number }>(sql, values)
    if (row === undefined || row.removed < batch) return
  }
}
