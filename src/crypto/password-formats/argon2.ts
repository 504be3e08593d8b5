/**
 * Argon2 (RFC 9106) as PHC strings, of all three variants, and as Django writes it.
 *
 * `createArgon2id` makes the hashes that are used by default. Parameters: OWASP Password Storage.
 */

import { randomBytes } from 'node:crypto'
import type { OwnFormat } from './own-format.ts'
import {
  type HashCeiling,
  isUsualOutput,
  type ReadHash,
  readBase64,
  writeBase64,
} from './stored-hash.ts'

export interface Argon2Cost {
  /** KiB. */
  readonly memoryKiB: number
  /** Passes over the memory. */
  readonly iterations: number
  /** Lanes. */
  readonly parallelism: number
}

interface Parameters extends Argon2Cost {
  readonly variant: string
  readonly version: number
  readonly saltBytes: number
  readonly outputBytes: number
}

const saltBytes = 16
const outputBytes = 32
/** `Algorithm.Argon2id` of the library, whose `const enum` cannot be imported by name. */
const argon2id = 2

const most = { lanes: 255, iterations: 100, saltBytes: 48 }

/** New hashes: Argon2id with 16 bytes of salt and 32 of output. */
export function createArgon2id({ memoryKiB, iterations, parallelism }: Argon2Cost): OwnFormat {
  const parameters = `m=${memoryKiB},t=${iterations},p=${parallelism}`
  const random = [saltBytes, outputBytes].map((bytes) => writeBase64(randomBytes(bytes)))
  return Object.freeze({
    memoryKiB,
    decoyHash: `$argon2id$v=19$${parameters}$${random.join('$')}`,

    async hash(password: string) {
      const argon2 = await loadArgon2()
      const cost = { memoryCost: memoryKiB, timeCost: iterations, parallelism }
      const salt = randomBytes(saltBytes)
      return argon2.hash(password, { ...cost, algorithm: argon2id, outputLen: outputBytes, salt })
    },

    isCurrent(stored: string) {
      const found = readParameters(stored)
      if (found?.variant !== 'id' || found.version !== 19) return false
      if (found.memoryKiB < memoryKiB || found.iterations < iterations) return false
      return found.saltBytes >= saltBytes && found.outputBytes >= outputBytes
    },
  })
}

export const readArgon2: ReadHash = (stored, ceiling) => {
  const phc = stored.startsWith('argon2$argon2') ? stored.slice('argon2'.length) : stored
  const found = readParameters(phc)
  if (found === undefined || isTooDear(found, ceiling)) return undefined
  return { memoryKiB: found.memoryKiB, matches: (password) => matches(phc, password) }
}

async function matches(phc: string, password: Uint8Array): Promise<boolean> {
  const argon2 = await loadArgon2()
  return argon2.verify(phc, password)
}

// Native and not small: loaded at the first use, so that start-up stays fast.
const loadArgon2 = () => import('@node-rs/argon2')

const phcString =
  /^\$argon2(id|i|d)\$(?:v=(16|19)\$)?m=(\d{1,10}),t=(\d{1,10}),p=(\d{1,10})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

/** @returns undefined for anything that RFC 9106 §3.1 does not allow. */
function readParameters(phc: string): Parameters | undefined {
  const parts = phcString.exec(phc)
  if (parts === null) return undefined
  const [, variant = '', version = '16', ...rest] = parts
  const [memoryKiB = 0, iterations = 0, parallelism = 0] = rest.map(Number)
  const salt = readBase64(rest[3] ?? '')
  const output = readBase64(rest[4] ?? '')
  if (parallelism < 1 || iterations < 1 || memoryKiB < 8 * parallelism) return undefined
  if (salt === undefined || salt.length < 8 || salt.length > most.saltBytes) return undefined
  if (!isUsualOutput(output)) return undefined
  return {
    variant,
    version: Number(version),
    ...{ memoryKiB, iterations, parallelism },
    saltBytes: salt.length,
    outputBytes: output.length,
  }
}

function isTooDear(found: Parameters, ceiling: HashCeiling): boolean {
  if (found.parallelism > most.lanes || found.memoryKiB > ceiling.memoryKiB) return true
  if (found.iterations > most.iterations) return true
  return found.memoryKiB * found.iterations > ceiling.argon2Work
}
