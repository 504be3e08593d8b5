/**
 * Redis's clock as this process last saw it: until when a step that is sent now may be carried out.
 *
 * A command that was written can reach Redis long after its caller was let go: a client sends it
 * again when it has reconnected, and a network that was cut delivers what it held back. The session
 * may have moved on by then, and an honest client's token would pass for a replayed one.
 */

export interface ServerClock {
  /** Takes the time of a reply. */
  note(serverTime: number): void
  /** The last moment for a step that is sent now; '' while nothing is known of the clock. */
  notAfter(): string
}

/**
 * Well below the ten seconds for which a token that was passed counts as late, so that a step which
 * comes at the last moment ends nothing.
 */
const allowanceMilliseconds = 5000

export function createServerClock(): ServerClock {
  let ahead: number | undefined
  return Object.freeze<ServerClock>({
    note(serverTime) {
      // Of several servers the fastest clock counts: nothing is refused for the others' sake.
      const seen = serverTime - performance.now()
      if (ahead === undefined || seen > ahead) ahead = seen
    },
    notAfter() {
      if (ahead === undefined) return ''
      return String(Math.floor(performance.now() + ahead + allowanceMilliseconds))
    },
  })
}
