// Puts mongo-java-server beside the checkout, for the MongoDB suites where there is no `mongod`.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = `${root}.cache/mongo-java-server`
const { status, error } = spawnSync(
  'mvn',
  [
    ...['-q', '-B', '-f', `${root}test/support/mongo-java-server/pom.xml`],
    ...['dependency:copy-dependencies', `-DoutputDirectory=${folder}`],
  ],
  { cwd: root, stdio: 'inherit' },
)
if (error !== undefined)
  console.error('This needs Maven and a Java runtime of version 17 or later.')
process.exitCode = status ?? 1
