/**
 * Keeps a number of worker processes at work: starts the first alone, starts anew what ends, replaces
 * all of them one after the other, stops them.
 *
 * Knows no processes and no time: both are given. `cluster.ts` has the real ones.
 */

export interface Ending {
  readonly code: number | null
  readonly signal: string | null
}

export interface WorkerProcess {
  /** Undefined when it could not be started. */
  readonly pid: number | undefined
  /** Its URL, once it answers there; undefined when it ended before. */
  readonly ready: Promise<string | undefined>
  readonly gone: Promise<Ending>
  /** Has it finish what is in flight and end. */
  stop(): void
  /** The same, hanging up on nobody (`RunningServer.drain`). */
  drain(): void
  kill(): void
}

/** What is told of workers after the start. */
export type WorkerNotice =
  | ({ readonly event: 'worker_ended'; readonly nextStartMilliseconds: number } & WorkerEnding)
  | { readonly event: 'worker_started'; readonly pid: number | undefined }
  | { readonly event: 'restart_began' | 'restart_finished'; readonly workers: number }
  /** A new worker did not start; it and those after it are not replaced. */
  | ({ readonly event: 'restart_given_up' } & WorkerEnding)

type WorkerEnding = Ending & { readonly pid: number | undefined }

export interface SupervisorParts {
  readonly count: number
  /** Starts a process. */
  readonly start: () => WorkerProcess
  /** Rejects when the signal aborts. */
  readonly pause: (milliseconds: number, signal?: AbortSignal) => Promise<void>
  /** Milliseconds from any beginning. */
  readonly now: () => number
  readonly tell: (notice: WorkerNotice) => void
}

export interface Supervisor {
  /**
   * Starts one worker, which makes what is missing (tables, secret, signing key), then the others.
   * Resolves when all of them answer; one that ends meanwhile is started anew and not waited for.
   *
   * @param prepare is told the URL of the first before the others start.
   * @returns the URL, or how the first worker ended when it did not come to answering.
   */
  start(prepare: (url: string) => void): Promise<string | Ending>
  /**
   * Replaces every worker: the new one answers before the old one drains. Called while it is under
   * way, it goes round once more. Nothing before `start` has resolved.
   */
  restart(): Promise<void>
  /** Resolves when all have gone. @returns whether each ended well. */
  stop(): Promise<boolean>
  kill(): void
}

const firstPauseMilliseconds = 100
const longestPauseMilliseconds = 10_000
/** One that lived for so long starts with the first pause again. */
const settledMilliseconds = 60_000
/** More than a server's own grace: what has not ended by then never will. */
const mostEndingMilliseconds = 15_000

interface Place {
  worker: WorkerProcess
  /** Endings in a row. */
  endings: number
}

export function createSupervisor({ count, start, pause, now, tell }: SupervisorParts): Supervisor {
  const alive = new Set<WorkerProcess>()
  let places: readonly Place[] = []
  let isStopping = false
  let restarting: Promise<void> | undefined
  let again = false

  function launch(): WorkerProcess {
    const worker = start()
    alive.add(worker)
    void worker.gone.then(() => alive.delete(worker))
    return worker
  }

  /** Starts the worker of a place anew when it ends, unless another has taken its place. */
  async function keep(place: Place): Promise<void> {
    const { worker } = place
    const isOver = (): boolean => isStopping || place.worker !== worker
    const startedAt = now()
    const ending = await worker.gone
    if (isOver()) return
    if (now() - startedAt >= settledMilliseconds) place.endings = 0
    const wait = Math.min(longestPauseMilliseconds, firstPauseMilliseconds * 2 ** place.endings)
    place.endings += 1
    const { pid } = worker
    tell({ event: 'worker_ended', pid, ...ending, nextStartMilliseconds: wait })
    await pause(wait)
    if (isOver()) return
    place.worker = launch()
    void tellOfStart(place.worker)
    void keep(place)
  }

  async function tellOfStart({ ready, pid }: WorkerProcess): Promise<void> {
    if ((await ready) !== undefined) tell({ event: 'worker_started', pid })
  }

  /** @returns false when the new one did not start. */
  async function replace(place: Place): Promise<boolean> {
    const fresh = launch()
    if ((await fresh.ready) === undefined) {
      const ending = await fresh.gone
      if (!isStopping) tell({ event: 'restart_given_up', pid: fresh.pid, ...ending })
      return false
    }
    const old = place.worker
    place.worker = fresh
    place.endings = 0
    void keep(place)
    old.drain()
    await endOf(old)
    return true
  }

  async function replaceAll(): Promise<void> {
    tell({ event: 'restart_began', workers: places.length })
    for (const place of places) {
      if (isStopping || !(await replace(place))) return
    }
    if (!isStopping) tell({ event: 'restart_finished', workers: places.length })
  }

  async function replaceAllUntilAsked(): Promise<void> {
    do {
      again = false
      await replaceAll()
    } while (again && !isStopping)
    restarting = undefined
  }

  async function endOf(worker: WorkerProcess): Promise<Ending> {
    const ended = new AbortController()
    pause(mostEndingMilliseconds, ended.signal).then(worker.kill, () => undefined)
    const ending = await worker.gone
    ended.abort()
    return ending
  }

  return {
    async start(prepare) {
      const first = launch()
      const url = await first.ready
      if (url === undefined || isStopping) return first.gone
      prepare(url)
      const others = Array.from({ length: count - 1 }, launch)
      const all = [first, ...others].map((worker) => ({ worker, endings: 0 }))
      for (const place of all) void keep(place)
      await Promise.all(others.map(({ ready }) => ready))
      places = all
      return url
    },
    restart() {
      again = true
      if (isStopping || places.length === 0) return Promise.resolve()
      restarting ??= replaceAllUntilAsked()
      return restarting
    },
    async stop() {
      isStopping = true
      for (const worker of alive) worker.stop()
      const endings = await Promise.all([...alive].map(endOf))
      // By SIGTERM ends what was still starting.
      return endings.every(({ code, signal }) => code === 0 || signal === 'SIGTERM')
    },
    kill: () => {
      isStopping = true
      for (const worker of alive) worker.kill()
    },
  }
}
