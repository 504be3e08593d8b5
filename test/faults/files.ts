/** Database files for the tests of faults: in a folder of their own, looked into, copied back. */

import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openDriver } from '../../src/stores/sqlite/driver.ts'

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-faults-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
  return folder
}

/** What `PRAGMA integrity_check` says of a file: 'ok' when it is whole. */
export async function integrityOf(path: string): Promise<unknown> {
  const file = await openDriver(path)
  const rows = file.prepare('PRAGMA integrity_check').all([]) as { integrity_check: unknown }[]
  file.close()
  return rows.map((row) => row.integrity_check).join('\n')
}

/** A backup as an operator makes it, while the server runs. */
export async function backUp(path: string, copy: string): Promise<void> {
  const file = await openDriver(path)
  file.prepare('VACUUM INTO ?').run([copy])
  file.close()
}

/** Puts a backup in the place of the file, of which nothing stays. */
export function restore(copy: string, path: string): void {
  // The file too, not only its content: whoever still has the old one open keeps the old one.
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true })
  if (!existsSync(copy)) throw new Error('there is no backup')
  copyFileSync(copy, path)
}
