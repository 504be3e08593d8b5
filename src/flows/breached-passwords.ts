/**
 * Asks a range service whether a password is known from a breach, without telling it the password.
 *
 * k-anonymity: the first five hex digits of the SHA-1 leave the process, and the service answers with
 * all suffixes that it has for them, padded (Have I Been Pwned, "Pwned Passwords" range API). Where it
 * does not answer in time the password is taken: nobody is kept from registering by an outage elsewhere.
 */

import { createHash } from 'node:crypto'
import type { Emit } from '../events.ts'

/** True when the password is known from a breach; false also when the service did not answer. */
export type BreachedPasswords = (preparedPassword: string) => Promise<boolean>

export interface BreachCheckSettings {
  /** Ends in a slash; the prefix is put after it. */
  readonly url: string
  /** Milliseconds for the whole answer. */
  readonly timeout: number
}

export interface BreachCheckOutlets {
  readonly emit: Emit
  /** Told of the first failure, and of the first one after the service has answered again. */
  readonly report: (error: Error) => void
}

/** A padded answer has 800 to 1,000 lines of 40 bytes or so. */
const mostBytes = 262_144
const prefixLength = 5

export function createBreachedPasswords(
  { url, timeout }: BreachCheckSettings,
  { emit, report }: BreachCheckOutlets,
): BreachedPasswords {
  let failing = false
  return async (preparedPassword) => {
    const digest = createHash('sha1').update(preparedPassword).digest('hex').toUpperCase()
    try {
      const range = await readRange(url + digest.slice(0, prefixLength), timeout)
      failing = false
      return holds(range, digest.slice(prefixLength))
    } catch {
      // The cause could name the prefix, so it is not passed on.
      if (!failing) report(new Error(unanswered))
      failing = true
      emit({ type: 'breach_check_failed' })
      return false
    }
  }
}

const unanswered =
  'The breach check (passwords.breachCheck) was not answered in time, or not properly; passwords are taken without it until it is.'

async function readRange(url: string, timeout: number): Promise<string> {
  const signal = AbortSignal.timeout(timeout)
  const headers = { 'Add-Padding': 'true', 'User-Agent': 'countersign', Accept: 'text/plain' }
  const response = await fetch(url, { headers, redirect: 'error', signal })
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel()
    throw new Error(`status ${response.status}`)
  }
  let bytes = 0
  const chunks: Uint8Array[] = []
  for await (const chunk of response.body) {
    bytes += chunk.length
    if (bytes > mostBytes) throw new Error('the answer is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('latin1')
}

/** A line is a suffix, a colon and a count; lines with the count 0 are padding. */
function holds(range: string, suffix: string): boolean {
  return range.split('\n').some((line) => {
    const [found = '', count = ''] = line.trim().split(':')
    return found.toUpperCase() === suffix && Number(count) > 0
  })
}
