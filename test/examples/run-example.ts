/** Starts an example as its README does, on a free port and in a folder of its own. */

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const root = join(import.meta.dirname, '../..')

export interface RunningExample {
  readonly url: string
  /** Asks it to stop. @returns its exit code. */
  stop(): Promise<number | null>
}

/**
 * Runs `examples/<name>/server.mjs`; it is dead when the test has finished.
 *
 * @throws Error with what it printed when it ends before it listens.
 */
export async function runExample(name: string): Promise<RunningExample> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-example-'))
  const { NODE_ENV: _, ...environment } = process.env
  const child = spawn(process.execPath, [join(root, 'examples', name, 'server.mjs')], {
    cwd: folder,
    env: { ...environment, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  })

  let printed = ''
  const url = await new Promise<string>((resolve, reject) => {
    const read = (text: string): void => {
      printed += text
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(printed) ?? []
      if (found !== undefined) resolve(found)
    }
    child.stdout.setEncoding('utf8').on('data', read)
    child.stderr.setEncoding('utf8').on('data', read)
    void exited.then((code) => reject(new Error(`${name} ended with ${code}: ${printed}`)))
  })
  return {
    url,
    stop: () => {
      child.kill('SIGTERM')
      return exited
    },
  }
}
