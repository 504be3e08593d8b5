/** The page about a soak that is kept: docs/benchmarks/soak-report.md. */

import type { SoakState } from './soak.ts'

const shown = (count: number): string => count.toLocaleString('en-US')

/** @param steps as they were asked for. */
export function reportOf(state: SoakState, steps: number): string {
  const { seed, chunks, seconds, totals, faults, broken } = state
  const row = (what: string, count: number): string => `| ${what} | ${shown(count)} |`
  const isHeld = broken.length === 0
  return `# Soak of sessions in Redis

\`npm run soak\` plays clients on bad networks against two servers of one real Redis (a primary and a
replica) and one database of accounts, while the Redis is killed, emptied, filled, frozen and failed
over. Time is virtual: a turn of requests, then the clock moves by seconds to hours.

| run | |
|---|---|
| date | ${new Date().toISOString().slice(0, 10)} |
| command | \`npm run soak -- --steps ${steps} --seed ${seed}\` |
| machine | Node.js ${process.versions.node}, ${process.platform} ${process.arch} |
| chunks, each a world of its own | ${shown(chunks)} |
| time | ${shown(Math.round(seconds))} s |
| verdict | ${isHeld ? 'held' : '**broken**'} |

| must be 0 | |
|---|---:|
${row('honest clients that lost their session (G1)', totals.lost)}
${row('ended sessions that issued again (G5)', totals.revived)}
${row('thieves that stayed in (G4)', totals.missed)}
${row('errors that nobody should see', totals.unexpected)}

| requests | |
|---|---:|
${row('client steps, of all kinds', totals.steps)}
${row('refreshes that were answered with tokens', totals.refreshed)}
${row('answers 503 while a fault went on', totals.unavailable)}
${row('log-ins', totals.logIns)}
${row('log-outs', totals.logOuts)}
${row('log-outs of another device', totals.remoteLogOuts)}
${row('log-outs everywhere', totals.logOutsEverywhere)}
${row('password changes', totals.passwordChanges)}
${row('presentations of a token whose session had ended', totals.probes)}
${row('sessions restored after a wipe', totals.restored)}
${row('sessions recovered after a loss of writes', totals.recovered)}
${row('tokens stolen', totals.thefts)}
${row('of them ended by replay, log-out or otherwise', totals.caught)}

| fault | times |
|---|---:|
${Object.entries(faults)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, count]) => row(name, count))
  .join('\n')}
${row('all', totals.faults)}

The slowest recovery, from the end of a fault to the first answer of both servers, took
${shown(totals.slowestRecoveryMilliseconds)} ms. A thief is missed when owner and thief have both tried
more than four times, ten seconds apart, and two times more for each loss of writes, and the session
has not ended. Passwords are compared as they are and access tokens signed with HS256, since both are
measured elsewhere.
${isHeld ? '' : `\n${broken.map((what) => `- ${what}`).join('\n')}\n`}`
}
