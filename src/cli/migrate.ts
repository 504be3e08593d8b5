/** `countersign migrate`: brings the database to the schema of this release. */

import { type CommandGroup, jsonOption, withAuth } from './command.ts'
import { toJson } from './printable.ts'

const upToDate = 'The database is up to date.'

export const migrateGroup: CommandGroup = {
  name: 'migrate',
  commands: [
    {
      name: '',
      summary: 'Creates the database, or brings it to the schema of this release.',
      positionals: [],
      options: {
        'dry-run': { meaning: 'print the SQL that would be sent, and change nothing' },
        ...jsonOption,
      },
      notes:
        'A server does this by itself when it starts. Run it before a deployment where\n' +
        'a failure is to be seen early. It may run while servers are at work.\n' +
        'A Redis (REDIS_URL) has no schema, and needs no migration.',
      example: 'countersign migrate',
      run: async (input, context) => {
        if (input.isOn('dry-run')) {
          const sql = await context.pendingMigrations()
          context.io.write(input.isOn('json') ? toJson({ sql }) : script(sql))
          return
        }
        // Opening a store creates or upgrades its schema.
        await withAuth(context, async () => {})
        context.io.write(input.isOn('json') ? toJson({ upToDate: true }) : upToDate)
      },
    },
  ],
}

const script = (sql: readonly string[]): string =>
  sql.length === 0 ? upToDate : sql.map((statement) => `${statement};`).join('\n')
