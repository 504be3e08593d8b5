/**
 * Says that a suite did not run because something it needs is not installed.
 *
 * `npm test` prints the list at its end, and counts it as failed under REQUIRE_ALL=1. A suite that
 * lacks only a newer Node names `npm run setup:node24`; it is struck off when it ran under that one.
 */

import { appendFileSync } from 'node:fs'

/** @param howToInstall the command that brings in what the suite needs. */
export function leftOut(suite: string, howToInstall: string): void {
  report({ suite, howToInstall })
}

/** Says what this machine's stand-in for a program cannot show; a limit that is documented, no failure. */
export function notShown(suite: string, shownBy: string): void {
  report({ suite, howToInstall: shownBy, isLimit: true })
}

function report(entry: object): void {
  const file = process.env.COUNTERSIGN_LEFT_OUT
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(entry)}\n`)
}
