/** Progress of a long command: a bar that is drawn anew on a terminal, else a line now and then. */

import type { Progress } from '../transfer/move-context.ts'
import type { Io } from './io.ts'

const barWidth = 30
const redrawMilliseconds = 100
const lineMilliseconds = 5000

export interface Reporter {
  show(progress: Progress): void
  /** Leaves the last state in sight. */
  end(): void
}

export function progressReporter({ writeError, drawLine }: Io): Reporter {
  let shown: Progress | undefined
  let pending: Progress | undefined
  let quietUntil = 0

  const print = (progress: Progress): void => {
    shown = progress
    pending = undefined
    if (drawLine !== undefined) drawLine(barOf(progress))
    else writeError(lineOf(progress))
  }

  const finishStep = (): void => {
    if (pending !== undefined) print(pending)
    if (shown !== undefined) drawLine?.(undefined)
    shown = undefined
  }

  return {
    show(progress) {
      const last = pending ?? shown
      if (last !== undefined && last.step !== progress.step) finishStep()
      pending = progress
      const now = performance.now()
      if (now < quietUntil && progress.done !== progress.total) return
      quietUntil = now + (drawLine === undefined ? lineMilliseconds : redrawMilliseconds)
      print(progress)
    },
    end: finishStep,
  }
}

const lineOf = ({ step, done, total }: Progress): string =>
  `${step}: ${done}${total === undefined ? '' : ` of ${total}`}`

function barOf(progress: Progress): string {
  const { done, total } = progress
  if (total === undefined || total === 0) return lineOf(progress)
  const share = Math.min(1, done / total)
  const filled = Math.round(share * barWidth)
  const bar = '#'.repeat(filled).padEnd(barWidth, '.')
  return `[${bar}] ${String(Math.floor(share * 100)).padStart(3)}%  ${lineOf(progress)}`
}
