/**
 * Commands and scripts with deadline, breaker and a bound on what is under way.
 *
 * Whatever goes wrong is `temporarily_unavailable`: an outage never looks like a log-out. A command
 * whose answer is lost may have been carried out; every script here can be repeated.
 */

import { createHash } from 'node:crypto'
import { unavailable } from '../../errors.ts'
import { createBreaker } from '../breaker.ts'
import type { Argument, RedisConnection } from './client.ts'
import { createDeadlines } from './deadline.ts'

/** A Lua script; of one key, or of several where the server is no Cluster. */
export interface Script {
  readonly source: string
  readonly sha: string
}

export interface Commands {
  /** @throws AuthError `temporarily_unavailable` */
  send(key: string, args: readonly Argument[]): Promise<unknown>
  /**
   * @param keys the first decides the node in a cluster.
   * @throws AuthError `temporarily_unavailable`, whose cause is the server's error.
   */
  run(
    script: Script,
    keys: string | readonly [string, ...string[]],
    args: readonly Argument[],
  ): Promise<unknown>
}

const mostUnderWay = 10_000

export function script(source: string): Script {
  return { source, sha: createHash('sha1').update(source).digest('hex') }
}

export function createCommands(
  connection: RedisConnection,
  { deadlineMilliseconds }: { readonly deadlineMilliseconds: number },
): Commands {
  const deadlines = createDeadlines(deadlineMilliseconds)
  const breaker = createBreaker()

  async function attempt(key: string, args: readonly Argument[]): Promise<unknown> {
    if (!connection.isReady()) throw unavailable(new Error('Redis is not connected.'))
    if (!breaker.mayTry()) throw unavailable(new Error('Redis does not answer.'))
    if (deadlines.underWay() >= mostUnderWay) {
      throw unavailable(new Error('Too many Redis commands are under way.'))
    }
    try {
      const reply = await deadlines.within(connection.send(key, args))
      breaker.succeeded()
      return reply
    } catch (error) {
      if (isErrorReply(error)) breaker.succeeded()
      else breaker.failed()
      throw error
    }
  }

  /** Scripts that are being sent in full. */
  const sending = new Map<string, Promise<unknown>>()

  /** Many callers may miss a script at once; it is sent for one, and the others wait for that. */
  async function sendInFull({ source, sha }: Script, key: string, rest: readonly Argument[]) {
    const another = sending.get(sha)
    if (another !== undefined) {
      await another.catch(() => {})
      try {
        return await attempt(key, ['EVALSHA', sha, ...rest])
      } catch (error) {
        // Another node of a cluster.
        if (!isUnknownScript(error)) throw error
      }
    }
    const running = attempt(key, ['EVAL', source, ...rest])
    sending.set(sha, running)
    return running.finally(() => sending.delete(sha))
  }

  return Object.freeze<Commands>({
    send: (key, args) => attempt(key, args).catch(refuse),
    async run(one, keys, args) {
      const all = typeof keys === 'string' ? ([keys] as const) : keys
      const [key] = all
      const rest = [String(all.length), ...all, ...args]
      try {
        return await attempt(key, ['EVALSHA', one.sha, ...rest])
      } catch (error) {
        // A new server, or SCRIPT FLUSH: it was not run, so it can be sent in full.
        if (!isUnknownScript(error)) throw unavailable(error)
        return sendInFull(one, key, rest).catch(refuse)
      }
    },
  })
}

function refuse(error: unknown): never {
  throw unavailable(error)
}

/** Redis begins an error with a word in capitals, such as `OOM` or `READONLY`. */
const isErrorReply = (error: unknown): boolean => /^[A-Z]{2,}\b/.test(replyOf(error))

const isUnknownScript = (error: unknown): boolean => replyOf(error).startsWith('NOSCRIPT')

const replyOf = (error: unknown): string => (error instanceof Error ? error.message : '')
