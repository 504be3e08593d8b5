/** The commands of an example's README, pasted into a shell as a reader would. */

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** The blocks of commands, in order. */
export function readmeBlocks(name: string): readonly string[] {
  const readme = readFileSync(join(root, 'examples', name, 'README.md'), 'utf8')
  return [...readme.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, code = '']) => code)
}

/** What `npm run …` of package.json does. */
export function scriptOf(command: string | undefined): string | undefined {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return scripts[command?.trim().replace('npm run ', '') ?? '']
}

/** Runs blocks against the example at `url`. @returns what they print. */
export async function paste(
  blocks: readonly string[],
  url: string,
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const commands = blocks.join('\n').replaceAll('http://127.0.0.1:3000', url)
  const env = { ...process.env, ...environment }
  const options = { cwd: root, env }
  const { stdout } = await promisify(execFile)('bash', ['-euc', commands], options)
  return stdout
}

/**
 * Holds that the parts are printed in this order.
 *
 * @param shared how many characters the end of one part and the beginning of the next may share.
 */
export function expectStory(printed: string, parts: readonly string[], shared = 0): void {
  let at = 0
  for (const part of parts) {
    expect(printed.slice(at)).toContain(part)
    at = printed.indexOf(part, at) + part.length - shared
  }
}
