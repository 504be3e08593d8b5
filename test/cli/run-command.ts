/** Runs a command line in this process, with a fake `Auth` and a fake terminal. */

import { run } from '../../src/cli/run.ts'
import { type OpenStores, openPlace } from '../../src/cli/store-place.ts'
import { type FakeAuth, fakeAuth } from './fake-auth.ts'

export interface Given {
  readonly auth?: FakeAuth
  /** What a person types, question by question; with it stdin is a terminal. */
  readonly answers?: readonly (string | undefined)[]
  /** The first line of a piped stdin. */
  readonly stdin?: string
  /** The lines of whatever file is named. */
  readonly lines?: readonly string[]
  readonly openAuth?: () => Promise<FakeAuth>
  /** @default what is named is really opened */
  readonly openStores?: OpenStores
  /** What would bring the database up to date. */
  readonly pending?: readonly string[]
}

export async function runCommand(argv: readonly string[], given: Given = {}) {
  const { auth = fakeAuth(), answers, stdin } = given
  const lines: string[] = []
  const errors: string[] = []
  const questions: [string, boolean][] = []
  const remaining = [...(answers ?? [])]
  let opens = 0
  const code = await run(argv, {
    version: '1.2.3',
    openAuth: async () => {
      opens += 1
      return given.openAuth === undefined ? auth : given.openAuth()
    },
    openStores: given.openStores ?? ((place) => openPlace(place, {}, () => {})),
    pendingMigrations: async () => given.pending ?? [],
    io: {
      isTty: answers !== undefined,
      write: (text) => void lines.push(text),
      writeError: (text) => void errors.push(text),
      ask: async (question, { hidden = false } = {}) => {
        questions.push([question, hidden])
        return remaining.shift()
      },
      readLine: async () => stdin,
      readLines: async function* () {
        yield* given.lines ?? []
      },
    },
  })
  return { code, output: lines.join('\n'), errors: errors.join('\n'), questions, opens, auth }
}

/** A command line as it is typed; nothing in it is quoted. */
export const typed = (line: string, given: Given = {}) => runCommand(line.split(' '), given)
