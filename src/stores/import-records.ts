/**
 * Importing records into a table that is written one statement at a time: reads those that are there,
 * adds the missing ones together, and replaces the others one by one where nobody was faster.
 *
 * Used by several stores; part of the ports in `ports.ts`.
 */

import type { ImportDecision } from './decide-import.ts'

export interface ImportTable<Stored, Given> {
  read(ids: readonly string[]): Promise<readonly Stored[]>
  /** Adds those that can be added. @returns their ids. */
  add(records: readonly Given[]): Promise<ReadonlySet<string>>
  /** Replaces a record that still is as it was read. @returns whether it did, or why it cannot. */
  replace(stored: Stored, given: Given): Promise<boolean | 'taken'>
  decide(stored: Stored | undefined, given: Given): ImportDecision
  /** Makes room for a record that could not be added or replaced. @returns false: there is no room. */
  makeRoom(given: Given): Promise<boolean>
}

type Identified = { readonly id: string }
type Outcome = 'written' | 'kept' | 'taken'

const mostTries = 3

/** @returns what became of each record, in the order given. */
export async function importRecords<Stored extends Identified, Given extends Identified>(
  table: ImportTable<Stored, Given>,
  records: readonly Given[],
): Promise<readonly Outcome[]> {
  if (records.length === 0) return []
  const found = await table.read(records.map(({ id }) => id))
  const stored = new Map(found.map((record) => [record.id, record]))
  const missing = records.filter(({ id }) => !stored.has(id))
  const added = missing.length === 0 ? new Set<string>() : await table.add(missing)
  const outcomes: Outcome[] = []
  for (const record of records) {
    const known = stored.get(record.id)
    if (added.has(record.id)) outcomes.push('written')
    else if (known !== undefined && table.decide(known, record) === 'keep') outcomes.push('kept')
    else outcomes.push(await importOne(table, record))
  }
  return outcomes
}

/** Again, since others may write meanwhile, and since making room may be what it takes. */
async function importOne<Stored extends Identified, Given extends Identified>(
  table: ImportTable<Stored, Given>,
  record: Given,
): Promise<Outcome> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const [stored] = await table.read([record.id])
    if (stored === undefined) {
      if ((await table.add([record])).has(record.id)) return 'written'
    } else {
      if (table.decide(stored, record) === 'keep') return 'kept'
      const replaced = await table.replace(stored, record)
      if (replaced === true) return 'written'
      if (replaced === false) continue
    }
    if (!(await table.makeRoom(record))) return 'taken'
  }
  return 'taken'
}
