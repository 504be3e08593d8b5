/** `countersign serve`: runs the standalone server until SIGTERM or SIGINT. */

import { systemClock } from '../clock.ts'
import { describeStores } from '../options/describe-stores.ts'
import { environmentVariables } from '../options/environment.ts'
import { resolveOptions } from '../options/resolve-options.ts'
import { readServerSettings, serverVariables } from '../server/environment.ts'
import { formatEvent } from '../server/log.ts'
import { startServer } from '../server/start-server.ts'
import type { CommandGroup } from './command.ts'

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
      options: {},
      notes: rows
        .map(
          ([name, value, meaning]) =>
            `  ${name.padEnd(nameWidth)}${value.padEnd(defaultWidth)}${meaning}`,
        )
        .join('\n'),
      example: `NODE_ENV=production COUNTERSIGN_ISSUER=https://auth.example.com \\
  COUNTERSIGN_SECRET="$(openssl rand -base64 48)" countersign serve`,
      run: (_input, { io, version }) => serve(io.write, version),
    },
  ],
}

async function serve(write: (line: string) => void, version: string): Promise<void> {
  const settings = readServerSettings(process.env)
  const server = await startServer(settings, version)
  // Whoever read the log has gone; the server goes on without it.
  process.stdout.on('error', () => undefined)
  server.auth.on('*', (event) => write(formatEvent(event, systemClock())))
  write(`Countersign ${version} listens on ${server.url}`)
  write(describeStores(resolveOptions(settings.options, process.env)))
  const stop = (): void => {
    server.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}
