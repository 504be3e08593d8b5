/**
 * The one question that a refresh asks of the accounts, for all who ask at the same time.
 *
 * Half of what a statement costs is paid once for all its rows: the lock on the file, and the way into
 * the driver and out of it. Whoever asks before the loop has turned goes into one statement; the step
 * in the session store takes longer than that, so nobody waits for it.
 */

import { inOneTurn } from '../../in-one-turn.ts'
import type { AccountStatus, RefreshStanding } from '../ports.ts'
import type { Database, Queries } from './database.ts'

export type ReadRefreshAccount = (
  id: string,
  sessionId: string | undefined,
) => Promise<RefreshStanding | undefined>

interface Question {
  readonly id: string
  readonly sessionId: string | undefined
  readonly answer: (standing: RefreshStanding | undefined) => void
  readonly fail: (error: unknown) => void
}

type Answer = readonly [
  at: number,
  status: AccountStatus,
  epoch: number,
  roles: readonly string[],
  scopes: readonly string[],
  sessionEnded: number,
]

/** Bounds the time for which one statement keeps the loop. */
const mostTogether = 64

/** Every answer is read after its question was asked, so it shows every commit from before. */
export function createRefreshAccountReader(database: Database): ReadRefreshAccount {
  const add = inOneTurn<Question>(mostTogether, (questions) => {
    void answerTogether(database, questions)
  })
  return (id, sessionId) => new Promise((answer, fail) => add({ id, sessionId, answer, fail }))
}

async function answerTogether(database: Database, questions: readonly Question[]): Promise<void> {
  try {
    const answers = await database.read((queries) => ask(queries, questions))
    const standings = new Map(answers.map((answer) => [answer[0], standingOf(answer)]))
    questions.forEach((question, at) => {
      question.answer(standings.get(at))
    })
  } catch (error) {
    for (const question of questions) question.fail(error)
  }
}

/** One row, whose text the engine parses faster than the driver makes objects. */
function ask(queries: Queries, questions: readonly Question[]): readonly Answer[] {
  const asked = questions.map(({ id, sessionId = null }) => [id, sessionId])
  const row = queries.get<{ readonly answers: string }>(
    `SELECT json_group_array(json_array(
        asked.key, status, session_epoch, json(roles), json(scopes),
        EXISTS (SELECT 1 FROM ended_sessions WHERE session_id = asked.value ->> 1)
      )) AS answers
      FROM json_each(?) AS asked JOIN users ON users.id = asked.value ->> 0`,
    [JSON.stringify(asked)],
  )
  return row === undefined ? [] : JSON.parse(row.answers)
}

const standingOf = ([, status, sessionEpoch, roles, scopes, ended]: Answer): RefreshStanding => ({
  sessionEnded: ended === 1,
  status,
  sessionEpoch,
  roles,
  scopes,
})
