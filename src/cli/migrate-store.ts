/** `countersign migrate-store`: moves everything to another store, and nobody is logged out. */

import { type MoveResult, moveStores } from '../transfer/move.ts'
import type { MoveMode } from '../transfer/move-context.ts'
import { MoveRefused } from '../transfer/refusal.ts'
import { type CommandGroup, type Context, type Input, jsonOption } from './command.ts'
import { CommandError, describeError, exitCodeOf, exitCodes, MisuseError } from './exit-codes.ts'
import { toJson } from './printable.ts'
import { progressReporter } from './progress.ts'
import { describePlace, readUrl, requireFile, type StorePlace } from './store-place.ts'

const mostShown = 20

export const migrateStoreGroup: CommandGroup = {
  name: 'migrate-store',
  commands: [
    {
      name: '',
      summary: 'Moves accounts, sessions and keys to another store; nobody is logged out.',
      positionals: [],
      options: {
        from: { value: 'url', meaning: 'the database to read' },
        'from-redis': { value: 'url', meaning: 'where its sessions are, if in Redis' },
        'from-redis-prefix': { value: 'text', meaning: 'if not countersign:' },
        to: { value: 'url', meaning: 'the database to write' },
        'to-redis': { value: 'url', meaning: 'where sessions go, if to Redis' },
        'to-redis-prefix': { value: 'text', meaning: 'if not countersign:' },
        live: { meaning: 'the old server still runs: copy what there is' },
        merge: { meaning: 'add to a target that has accounts of its own' },
        ...jsonOption,
      },
      notes: `URLs are sqlite:PATH, postgres://, mongodb:// and redis:// as DATABASE_URL and
REDIS_URL have them. Others on the machine can read arguments: instead of a URL
that holds a password, env:NAME names an environment variable.

Run it with --live while the old server runs; then stop that server, run it
without --live for what has changed since, and start the new one with the same
COUNTERSIGN_SECRET. After an interruption run it again. The source is left as it
is. Counters of failed log-ins are not moved.`,
      example: `countersign migrate-store --from sqlite:data/countersign.db \\
    --to env:NEW_DATABASE_URL --live`,
      run: migrateStore,
    },
  ],
}

async function migrateStore(input: Input, context: Context): Promise<void> {
  const from = placeOf(input, 'from')
  const to = placeOf(input, 'to')
  const mode = modeOf(input)
  requireFile(from.database)
  if (describePlace(from) === describePlace(to)) {
    throw new CommandError('Source and target are the same store.', exitCodes.refused)
  }
  const result = await moved(from, to, mode, context)
  const { io } = context
  io.write(input.isOn('json') ? toJson(result) : summaryOf(result, mode))
  for (const line of problemsOf(result)) io.writeError(line)
  // In a live run what changes meanwhile is different; the last run finds it.
  const isRefused = result.accountsTaken.length > 0
  if (isRefused || (mode === 'whole' && result.differences.length > 0)) {
    throw new CommandError(
      isRefused
        ? 'Some accounts are not in the target; rename them, and run this again.'
        : 'Source and target differ. Is the old server stopped? Run this again.',
      isRefused ? exitCodes.refused : exitCodes.failed,
    )
  }
}

async function moved(from: StorePlace, to: StorePlace, mode: MoveMode, context: Context) {
  const reporter = progressReporter(context.io)
  const source = await context.openStores(from)
  try {
    const target = await context.openStores(to)
    try {
      return await moveStores({
        ...{ from: source, to: target, mode, source: describePlace(from) },
        sessionsStay: isSameRedis(from, to),
        progress: reporter.show,
      })
    } finally {
      reporter.end()
      await target.close()
    }
  } catch (error) {
    throw asCommandError(error)
  } finally {
    await source.close()
  }
}

function asCommandError(error: unknown): unknown {
  if (error instanceof MoveRefused) {
    const isFailure = error.reason === 'source_empty'
    return new CommandError(error.message, isFailure ? exitCodes.failed : exitCodes.refused)
  }
  if (exitCodeOf(error) !== exitCodes.failed || error instanceof CommandError) return error
  const sentence = `${describeError(error)} Nothing of the source was changed; run this again to go on.`
  return new CommandError(sentence, exitCodes.failed)
}

function placeOf(input: Input, side: 'from' | 'to'): StorePlace {
  const database = input.text(side)
  if (database === undefined) throw new MisuseError(`--${side} is missing`)
  const redis = input.text(`${side}-redis`)
  return {
    database: readUrl(database, process.env),
    redis: redis === undefined ? undefined : readUrl(redis, process.env),
    redisPrefix: input.text(`${side}-redis-prefix`),
  }
}

function modeOf(input: Input): MoveMode {
  if (input.isOn('live') && input.isOn('merge')) {
    throw new MisuseError('--live and --merge cannot be used together')
  }
  if (input.isOn('live')) return 'live'
  return input.isOn('merge') ? 'merge' : 'whole'
}

const isSameRedis = (from: StorePlace, to: StorePlace): boolean =>
  from.redis !== undefined &&
  describePlace({ ...from, database: '' }) === describePlace({ ...to, database: '' })

function summaryOf(result: MoveResult, mode: MoveMode): string {
  const { accounts, sessions, keys, oneTimeTokens, endings } = result
  const removed = result.accountsRemoved
  const lines = [
    `${accounts} accounts (${result.accountsWritten} written${removed > 0 ? `, ${removed} removed` : ''}), ` +
      `${sessions} sessions (${result.sessionsWritten} written), ${keys} keys, ` +
      `${oneTimeTokens} one-time tokens, ${endings} ended sessions.`,
  ]
  if (mode === 'merge') lines.push('They are in the target, beside what it had.')
  else if (mode === 'live') {
    const open = result.differences.length
    lines.push(
      `${open} of them changed meanwhile. Stop the old server, and run this again without --live.`,
    )
  } else if (result.differences.length === 0) {
    lines.push(
      `All accounts and ${result.sessionsCompared} sessions were compared, and are the same. ` +
        'Start the new server with the same COUNTERSIGN_SECRET.',
    )
  }
  return lines.join('\n')
}

function problemsOf({ accountsTaken, differences, keysLeft }: MoveResult): string[] {
  const taken = accountsTaken.map(
    (id) => `account ${id}: a name or external id of it is taken in the target`,
  )
  const left =
    keysLeft === 0
      ? []
      : [
          'The target has signing keys of its own: access tokens of the source end, and are refreshed.',
        ]
  const all = [...taken, ...differences]
  const more = all.length > mostShown ? [`and ${all.length - mostShown} more`] : []
  return [...left, ...all.slice(0, mostShown), ...more]
}
