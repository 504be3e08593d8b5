/**
 * The server's clock, without asking it each time: a difference that is measured again and again.
 *
 * The monotonic clock of the process carries it from one measurement to the next, so nothing that
 * happens to the wall clock of this machine moves a window (M15).
 */

import type { Clock } from '../../clock.ts'
import { type MongoDatabase, replyCode } from './client.ts'

export interface StoreClock {
  readonly now: Clock
  /** True where there is a replica set (or several), so that a write can be lost that one member has. */
  readonly isReplicaSet: () => boolean
  stop(): void
}

interface Hello {
  readonly localTime?: Date
  readonly setName?: string
  /** `isdbgrid` from the router of a sharded cluster. */
  readonly msg?: string
}

/** Its older name is understood by every server. */
export async function sayHello(database: MongoDatabase): Promise<Hello> {
  try {
    return (await database.command({ hello: 1 })) as Hello
  } catch (error) {
    if (replyCode(error) !== commandNotFound) throw error
    return (await database.command({ isMaster: 1 })) as Hello
  }
}

const commandNotFound = 59
const betweenMeasurements = 10_000
/** A measurement that took longer may be wrong by half of it: this process or the server had stopped. */
const surelyMilliseconds = 500
const mostTries = 3

/** @param given stands for the server's clock, for tests. */
export async function openStoreClock(
  database: MongoDatabase,
  given: Clock | undefined,
): Promise<StoreClock> {
  let hello = await measure()

  /** The quickest of several, where the first one was slow. */
  async function measure() {
    let best = await ask()
    for (let tries = 1; tries < mostTries && best.took > surelyMilliseconds; tries += 1) {
      const another = await ask()
      if (another.took < best.took) best = another
    }
    return best
  }

  async function ask() {
    const askedAt = performance.now()
    const { localTime, setName, msg } = await sayHello(database)
    if (localTime === undefined) throw new Error('MongoDB does not tell its time')
    // Halfway between question and answer.
    const took = performance.now() - askedAt
    return {
      time: localTime.getTime(),
      at: askedAt + took / 2,
      took,
      isReplicaSet: setName !== undefined || msg === 'isdbgrid',
    }
  }

  const timer = setInterval(() => {
    measure().then(
      (answer) => {
        hello = answer
      },
      // The last difference holds; whoever asks for data learns that the server is away.
      () => {},
    )
  }, betweenMeasurements)
  timer.unref()
  return Object.freeze<StoreClock>({
    now: given ?? (() => Math.floor(hello.time + performance.now() - hello.at)),
    isReplicaSet: () => hello.isReplicaSet,
    stop: () => clearInterval(timer),
  })
}
