/** An example as a process of its own, as `npm run example:…` starts it; stopped after the tests. */

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface ExampleProcess {
  readonly url: string
  /** Asks it to stop as a process manager does. @returns its exit code. */
  stop(): Promise<number | null>
}

/** Resolves when the example has printed its URL; rejects with what it complained of. */
export async function startExample(
  name: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ExampleProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-example-'))
  const child = spawn(process.execPath, [join('examples', name, 'server.mjs')], {
    env: { ...process.env, PORT: '0', COUNTERSIGN_DATA: folder, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let complaint = ''
  child.stderr.on('data', (chunk) => {
    complaint += chunk
  })
  const gone = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
      resolve(code)
    })
  })
  const url = await new Promise<string>((resolve, reject) => {
    let printed = ''
    child.stdout.on('data', (chunk) => {
      printed += chunk
      const found = /(http:\/\/\S+)\n/.exec(printed)?.[1]
      if (found !== undefined) resolve(found)
    })
    void gone.then(() => reject(new Error(`the example ended: ${complaint}`)))
  })
  return {
    url,
    stop: () => {
      child.kill('SIGTERM')
      return gone
    },
  }
}
