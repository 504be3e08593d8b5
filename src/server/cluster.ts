/**
 * Workers as processes of `node:cluster`, and what they and the primary say to each other.
 *
 * Loaded by those who asked for several workers, and by nobody else.
 */

import cluster, { type Worker } from 'node:cluster'
import { watchHandedOver } from './handed-over.ts'
import type { GatherMetrics } from './metrics/metrics.ts'
import { type Channel, exchange } from './metrics/questions.ts'
import type { SharedMetrics } from './metrics/shared-metrics.ts'
import type { Ending, WorkerProcess } from './supervisor.ts'

/** What the primary says. */
type Command = 'stop' | 'drain' | 'leave'

/** Milliseconds that a worker has to tell its metrics. */
const mostOfWorker = 1_000
/** The same for the primary, which asks the workers first. */
const mostOfPrimary = 2 * mostOfWorker

/**
 * @param args the command line of a worker, after the program.
 * @param metrics is told of the workers, where they count.
 * @returns a function that starts one, with more variables in its environment.
 */
export function clusterOf(
  args: readonly string[],
  metrics?: SharedMetrics,
): (environment?: Readonly<Record<string, string>>) => WorkerProcess {
  // In turn: left to the system, a burst of connections goes to some of the workers (decision 0020).
  cluster.schedulingPolicy = cluster.SCHED_RR
  cluster.setupPrimary({ args: [...args] })
  const watchOver = watchHandedOver()
  return (environment) => {
    try {
      const worker = cluster.fork(environment)
      return workerProcess(worker, watchOver(worker), metrics)
    } catch {
      // No memory, no more processes: tried again later, as when it had started and ended.
      return neverStarted
    }
  }
}

function workerProcess(
  worker: Worker,
  endWatch: () => void,
  metrics: SharedMetrics | undefined,
): WorkerProcess {
  const { pid } = worker.process
  let isReady = false
  const gone = new Promise<Ending>((resolve) => {
    worker.once('exit', (code, signal) => resolve({ code, signal: signal || null }))
    worker.on('error', () => {
      if (pid === undefined) resolve(couldNotStart)
    })
  })
  const ready = new Promise<string | undefined>((resolve) => {
    worker.on('message', (message) => {
      const url = readyUrl(message)
      if (url === undefined) return
      isReady = true
      resolve(url)
    })
    void gone.then(() => resolve(undefined))
  })
  const channel = channelTo(worker)
  const say = (command: Command) => (): void => channel.say({ countersign: command })
  const hearLast = metrics === undefined ? hearNothing : countIn(channel, { ready, gone }, metrics)
  worker.on('message', (message) => {
    if (wordOf(message) !== 'leaving') return
    endWatch()
    void hearLast().then(say('leave'))
  })
  const signal = (name: NodeJS.Signals) => (): void => void worker.process.kill(name)
  return {
    ...{ pid, ready, gone, drain: say('drain'), kill: signal('SIGKILL') },
    // One that is still starting does not listen yet, and has nothing to finish. To others no signal
    // is sent: where the whole group has had one, it would be their second.
    stop: () => (isReady ? say('stop') : signal('SIGTERM'))(),
  }
}

const hearNothing = (): Promise<void> => Promise.resolve()

/** @returns what asks the worker once more when it leaves. */
function countIn(
  channel: Channel,
  { ready, gone }: Pick<WorkerProcess, 'ready' | 'gone'>,
  metrics: SharedMetrics,
) {
  const source = { ask: exchange(channel, metrics.gather, mostOfWorker) }
  void ready.then((url) => {
    if (url !== undefined) metrics.add(source)
  })
  void gone.then(() => metrics.remove(source))
  return () => metrics.hearLast(source)
}

const channelTo = (worker: Worker): Channel => ({
  say: (message) => {
    // One that has just gone hears nothing, and need not.
    if (worker.isConnected()) worker.send(message, () => undefined)
  },
  onMessage: (listener) => void worker.on('message', listener),
})

const couldNotStart: Ending = { code: 1, signal: null }

const nothing = (): void => undefined
const neverStarted: WorkerProcess = {
  pid: undefined,
  ready: Promise.resolve(undefined),
  gone: Promise.resolve(couldNotStart),
  stop: nothing,
  drain: nothing,
  kill: nothing,
}

/** The worker's end of it; undefined in the process that starts workers. */
export function asWorker() {
  const { worker } = cluster
  if (worker === undefined) return undefined
  const channel = channelTo(worker)
  const { say } = channel
  const hear = (listener: (word: unknown) => void): void =>
    channel.onMessage((message) => listener(wordOf(message)))
  return {
    /** Whether no worker was started before this one. */
    isFirst: worker.id === 1,
    /** Gathers the metrics of all workers, and tells those of this one. */
    shareMetrics: (own: GatherMetrics): GatherMetrics => exchange(channel, own, mostOfPrimary),
    sayReady: (url: string): void => say({ countersign: 'ready', url }),
    onCommand: (listener: (command: 'stop' | 'drain') => void): void =>
      hear((word) => {
        if (word === 'stop' || word === 'drain') listener(word)
      }),
    /**
     * Resolves when no connection is on its way here any more. The primary hands over connections
     * until it hears that the server is closed; those that arrive later go back to it, unless this
     * process has ended by then.
     */
    leave: (): Promise<void> =>
      new Promise((resolve) => {
        hear((word) => {
          if (word === 'leave') resolve()
        })
        say({ countersign: 'leaving' })
      }),
  }
}

export type WorkerLink = NonNullable<ReturnType<typeof asWorker>>

function readyUrl(message: unknown): string | undefined {
  if (wordOf(message) !== 'ready') return undefined
  const { url } = message as { readonly url?: unknown }
  return typeof url === 'string' ? url : undefined
}

const wordOf = (message: unknown): unknown =>
  typeof message === 'object' && message !== null && 'countersign' in message
    ? message.countersign
    : undefined
