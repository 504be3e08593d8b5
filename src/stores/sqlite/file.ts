/**
 * The database file before SQLite sees it: made with mode 0600, in a folder with mode 0700.
 *
 * SQLite gives its `-wal` and `-shm` files the mode of the database.
 */

import { accessSync, closeSync, constants, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** @throws Error a sentence that names the path, when it cannot be written. */
export function prepareFile(path: string): void {
  const folder = dirname(resolve(path))
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new Error(`Cannot make the folder ${folder} for the SQLite database.`, { cause })
  }
  try {
    createUnlessPresent(path)
    accessSync(path, constants.R_OK | constants.W_OK)
    // SQLite makes its write-ahead log beside the file.
    accessSync(folder, constants.W_OK)
  } catch (cause) {
    throw new Error(`Cannot write the SQLite database ${path}; check who owns ${folder}.`, {
      cause,
    })
  }
}

function createUnlessPresent(path: string): void {
  try {
    // Exclusive: to open and close a file that is in use would drop this process's locks on it.
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
