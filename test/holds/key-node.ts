/**
 * A server that signs and verifies with a clock set by hand: in this process, or in a child that is
 * told by messages what to do.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createAuth } from '../../src/auth.ts'
import { AuthError } from '../../src/errors.ts'
import { bundledProgram } from '../support/bundled-program.ts'

export interface NodeSettings {
  readonly folder: string
  readonly now: number
}

export interface Verified {
  /** Codes of errors. */
  readonly refusals: readonly string[]
  /** How many were not answered from memory. */
  readonly cold: number
}

export interface KeyNode {
  setTime(now: number): Promise<void>
  sign(count: number): Promise<readonly string[]>
  verify(tokens: readonly string[]): Promise<Verified>
  rotate(): Promise<string>
  /** Key ids of the JWKS. */
  published(): Promise<readonly string[]>
  close(): Promise<void>
}

interface Order {
  readonly method: keyof KeyNode
  readonly argument: unknown
}

const subject = { epoch: 0, amr: ['pwd'], roles: [], scopes: [] }

export async function createKeyNode({ folder, now }: NodeSettings): Promise<KeyNode> {
  let time = now
  const auth = await createAuth({
    secret: 'a server secret for tests, of more than 32 bytes',
    issuer: 'http://localhost',
    dataFolder: folder,
    clock: () => time,
    // The clock jumps, and with it the age of the feed; this is about keys.
    revocation: { whenStale: 'accept' },
  })
  const { core } = auth.http
  /** A token that was verified before has the same claims again. */
  const known = new WeakSet<object>()
  const signOne = (index: number) =>
    core.context.signAccessToken(
      { ...subject, sub: `account ${index}`, sid: `session ${index}`, authTime: time },
      time,
    )
  return {
    setTime: async (to) => {
      time = to
    },
    sign: (count) => Promise.all(Array.from({ length: count }, (_, index) => signOne(index))),
    async verify(tokens) {
      const refusals: string[] = []
      let cold = 0
      await Promise.all(
        tokens.map(async (token) => {
          try {
            const claims = await auth.verify(token)
            if (!known.has(claims)) cold += 1
            known.add(claims)
          } catch (error) {
            refusals.push(error instanceof AuthError ? error.code : String(error))
          }
        }),
      )
      return { refusals, cold }
    },
    rotate: async () => (await auth.keys.rotate()).kid,
    published: async () => core.jwks().keys.map((key) => String((key as { kid?: string }).kid)),
    close: () => auth.close(),
  }
}

/** The same in a process of its own. */
export async function startKeyNode(settings: NodeSettings): Promise<KeyNode> {
  const child = spawn(process.execPath, ['--input-type=module', '-'], {
    stdio: ['pipe', 'inherit', 'inherit', 'ipc'],
  })
  const program = "import { obeyParent } from './key-node.ts'\nawait obeyParent()"
  child.stdin?.end(await bundledProgram(program, import.meta.url))
  await once(child, 'message')
  const answered = once(child, 'message')
  child.send(settings)
  await answered

  // One order at a time, so that an answer needs no number.
  let turn: Promise<unknown> = Promise.resolve()
  const order = <Result>(method: keyof KeyNode, argument?: unknown): Promise<Result> => {
    const result = turn.then(async () => {
      const answer = once(child, 'message')
      child.send({ method, argument })
      return (await answer)[0] as Result
    })
    turn = result
    return result
  }
  return {
    setTime: (now) => order('setTime', now),
    sign: (count) => order('sign', count),
    verify: (tokens) => order('verify', tokens),
    rotate: () => order('rotate'),
    published: () => order('published'),
    async close() {
      const gone = once(child, 'exit')
      child.send({ method: 'close' })
      await gone
    },
  }
}

/** What the child does. */
export async function obeyParent(): Promise<void> {
  const tell = (message: unknown): unknown => process.send?.(message ?? null)
  tell('started')
  const [settings] = (await once(process, 'message')) as [NodeSettings]
  const node = await createKeyNode(settings)
  process.on('message', async (message) => {
    const { method, argument } = message as Order
    const work = node[method] as (argument: unknown) => Promise<unknown>
    tell(await work(argument))
    if (method === 'close') process.disconnect()
  })
  tell('ready')
}
