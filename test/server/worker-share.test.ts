/** How many workers there may be, and what each has of the machine. */

import { availableParallelism } from 'node:os'
import { describe, expect, test } from 'vitest'
import { hashConcurrency } from '../../src/crypto/password-hashing.ts'
import { readServerSettings } from '../../src/server/environment.ts'
import { describeShare, settingsOfWorker } from '../../src/server/worker-share.ts'
import { runCommand } from '../cli/run-command.ts'

describe('WORKERS', () => {
  test('is one process when it is not given', () => {
    expect(readServerSettings({}).workers).toBe(1)
    expect(readServerSettings({ WORKERS: ' ' }).workers).toBe(1)
  })

  test.each([
    ['1', 1],
    [' 2 ', 2],
    ['128', 128],
    ['auto', availableParallelism()],
  ])('%j is taken', (WORKERS, count) => {
    expect(readServerSettings({ WORKERS }).workers).toBe(count)
  })

  test.each(['0', '129', '-1', '1.5', '1e1', '0x2', 'many', 'AUTO', '2,2'])(
    '%j is refused, with all other mistakes',
    (WORKERS) => {
      expect(() => readServerSettings({ WORKERS, PORT: 'x' })).toThrow(
        `WORKERS must be a whole number from 1 to 128 or auto, got '${WORKERS}'`,
      )
      expect(() => readServerSettings({ WORKERS, PORT: 'x' })).toThrow('PORT must be')
    },
  )

  test.each(['0', 'many', ''])('--workers %j is misuse', async (value) => {
    const { code, errors } = await runCommand(['serve', '--workers', value])
    expect([code, errors]).toEqual([2, expect.stringContaining('--workers must be a whole number')])
  })
})

describe('H7: what is meant for the machine is divided', () => {
  const shareOf = (environment: Record<string, string>) =>
    settingsOfWorker(readServerSettings(environment))

  test('connections, rounded up, so that none is lost', () => {
    expect(shareOf({ WORKERS: '4' }).connectionLimit).toBe(1250)
    expect(shareOf({ WORKERS: '3' }).connectionLimit).toBe(1667)
    const off = { WORKERS: '3', COUNTERSIGN_CONNECTION_LIMIT: 'off' }
    expect(shareOf(off).connectionLimit).toBe(Number.POSITIVE_INFINITY)
  })

  test('password hashes at work: all workers together leave a core, each has at least one', () => {
    const cores = availableParallelism()
    for (let workers = 1; workers <= 128; workers += 1) {
      const { concurrency = 0 } = shareOf({ WORKERS: String(workers) }).options.passwords ?? {}
      expect(concurrency).toBe(hashConcurrency(workers))
      expect(concurrency).toBeGreaterThanOrEqual(1)
      expect(concurrency * workers).toBeLessThanOrEqual(Math.max(workers, cores - 1))
    }
  })

  test('the log says what each has', () => {
    const settings = readServerSettings({ WORKERS: '128' })
    expect(describeShare(settings)).toBe(
      'Each worker takes 40 connections and hashes one password at a time, 19 MiB each.',
    )
  })
})
