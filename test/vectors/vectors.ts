/**
 * Where public test vectors are: a folder named by TEST_VECTORS_DIR, laid out as README.md says.
 *
 * The data is large and other people's, so it is not in this repository. A suite that needs it is
 * left out where it is missing.
 */

import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { leftOut } from '../left-out.ts'

/** The folder of all sets, or undefined where TEST_VECTORS_DIR is unset. */
export const vectorsDirectory: string | undefined = findDirectory(process.env.TEST_VECTORS_DIR)

/**
 * The folder of one set, or undefined where it is missing; then the suite is reported as left out.
 *
 * @param name the set's folder, such as `blns`.
 */
export function vectorsFolder(name: string): string | undefined {
  const folder = vectorsDirectory === undefined ? undefined : join(vectorsDirectory, name)
  if (folder !== undefined && existsSync(folder)) return folder
  leftOut(`test vectors ${name}`, 'set TEST_VECTORS_DIR, see test/vectors/README.md')
  return undefined
}

/** @param path relative to the folder of all sets. @throws Error where TEST_VECTORS_DIR is unset. */
export function readVectors(path: string): Buffer {
  if (vectorsDirectory === undefined) throw new Error('TEST_VECTORS_DIR is unset')
  return readFileSync(join(vectorsDirectory, path))
}

function findDirectory(named: string | undefined): string | undefined {
  if (!named) return undefined
  // A mistyped folder must not pass for "no vectors here".
  if (!statSync(named, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`TEST_VECTORS_DIR is not a folder: ${named}`)
  }
  return named
}
