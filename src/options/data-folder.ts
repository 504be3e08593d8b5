/**
 * The data folder (mode 0700) and the secret that development keeps in it (mode 0600).
 *
 * Several processes that start at once agree on one secret: it is written aside and linked into
 * place, and whoever comes second reads what is there.
 */

import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { minimumSecretBytes } from '../crypto/key-rings.ts'

/** Creates the folder where it is missing; git never sees what is in it. */
export function prepareDataFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(join(folder, '.gitignore'), '*\n', { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (isExists(error)) return
    throw new Error(`The data folder ${folder} cannot be written (COUNTERSIGN_DATA).`, {
      cause: error,
    })
  }
}

/** @throws Error for a secret that is too short, such as that of a file that was cut. */
export function developmentSecret(folder: string): string {
  const path = join(folder, 'secret')
  const secret = readSecret(path) ?? createSecret(path)
  if (Buffer.byteLength(secret) < minimumSecretBytes) {
    throw new Error(
      `The secret in ${path} is shorter than ${minimumSecretBytes} bytes. Remove the file to have a new one made.`,
    )
  }
  return secret
}

function createSecret(path: string): string {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  writeFileSync(draft, randomBytes(48).toString('base64url'), { flag: 'wx', mode: 0o600 })
  try {
    linkSync(draft, path)
  } catch (error) {
    if (!isExists(error)) throw error
  } finally {
    rmSync(draft, { force: true })
  }
  return readFileSync(path, 'utf8').trim()
}

function readSecret(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

const isExists = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EEXIST'
