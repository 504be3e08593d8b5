/** The options of one of several processes that share a machine: its part of what the cores bound. */

import { hashConcurrency } from '../crypto/password-hashing.ts'
import type { AuthOptions } from './auth-options.ts'

export interface WorkerOptions extends AuthOptions {
  readonly passwords: { readonly concurrency: number }
}

export const optionsOfWorker = (workers: number): WorkerOptions => ({
  passwords: { concurrency: hashConcurrency(workers) },
})
