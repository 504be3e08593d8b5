/** `countersign serve`: runs the standalone server until SIGTERM or SIGINT. */

import { describeStores } from '../options/describe-stores.ts'
import { environmentVariables } from '../options/environment.ts'
import { resolveOptions } from '../options/resolve-options.ts'
import {
  readServerSettings,
  readWorkers,
  type ServeSettings,
  serverVariables,
  workersRule,
} from '../server/environment.ts'
import type { CommandGroup, Context } from './command.ts'
import { MisuseError } from './exit-codes.ts'
import { endOnSignals, onHangUp, startLogging } from './serve-process.ts'

const rows = [...serverVariables, ...environmentVariables]
const [nameWidth, defaultWidth] = [0, 1].map(
  (column) => Math.max(...rows.map((row) => (row[column] as string).length)) + 2,
) as [number, number]

export const serveGroup: CommandGroup = {
  name: 'serve',
  commands: [
    {
      name: '',
      summary: 'Runs the authentication server. Everything is set by environment variables:',
      positionals: [],
      options: { workers: { value: 'number', meaning: 'as WORKERS, and instead of it' } },
      notes: rows
        .map(
          ([name, value, meaning]) =>
            `  ${name.padEnd(nameWidth)}${value.padEnd(defaultWidth)}${meaning}`,
        )
        .join('\n'),
      example: `NODE_ENV=production COUNTERSIGN_ISSUER=https://auth.example.com \\
  COUNTERSIGN_SECRET="$(openssl rand -base64 48)" countersign serve`,
      run: (input, context) => serve(readSettings(input.text('workers')), context),
    },
  ],
}

function readSettings(workers: string | undefined): ServeSettings {
  if (workers === undefined) return readServerSettings(process.env)
  if (readWorkers(workers) === undefined) throw new MisuseError(`--workers must be ${workersRule}`)
  return readServerSettings({ ...process.env, WORKERS: workers })
}

async function serve(settings: ServeSettings, context: Context): Promise<void> {
  if (settings.workers > 1) {
    // Loaded by those who ask for it: one process starts as soon as it did without.
    const { serveWithWorkers } = await import('./serve-workers.ts')
    return serveWithWorkers(settings, context)
  }
  const { io, version } = context
  onHangUp(() =>
    io.writeError(
      'SIGHUP starts workers anew, one after the other, and there are none (WORKERS, --workers).',
    ),
  )
  const server = await startLogging(settings, context)
  // Before it says that it listens: whoever reads that may send a signal at once.
  endOnSignals(server)
  io.write(`Countersign ${version} listens on ${server.url}`)
  io.write(describeStores(resolveOptions(settings.options, process.env)))
}
