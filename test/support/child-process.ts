/** Ending a server that a test has started. */

import type { ChildProcess } from 'node:child_process'

/** Resolves when it has gone, also one that had gone before or was frozen by SIGSTOP. */
export async function endProcess(
  child: ChildProcess | undefined,
  signal: NodeJS.Signals,
): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  child.kill('SIGCONT')
  await gone
}
