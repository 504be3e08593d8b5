/** Runs a script of bench/ for a short while and reads its figures. */

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { requireBuild } from './server-process.ts'

const run = promisify(execFile)

/** The scripts read /proc. */
export const canMeasure = process.platform === 'linux'

export async function benchResult<Result>(
  script: string,
  settings: Readonly<Record<string, number>>,
): Promise<Result> {
  requireBuild()
  const file = fileURLToPath(new URL(`../../bench/${script}`, import.meta.url))
  const named = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
  const { stdout } = await run(process.execPath, [file, ...named, '--json'])
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Result
}
