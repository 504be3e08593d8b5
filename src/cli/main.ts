#!/usr/bin/env node
/** The command `countersign`: finds the command's file and turns failures into exit codes. */

import { readFileSync } from 'node:fs'

const help = `Usage: countersign <command>

Commands:
  serve        run the authentication server
  help         show this, or 'countersign serve --help' for every setting

Options:
  --help       help of a command
  --version    print the version
`

const write = (line: string): void => void process.stdout.write(`${line}\n`)

function readVersion(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

async function run([command = 'help', ...rest]: readonly string[]): Promise<number> {
  const wantsHelp = rest.includes('--help') || rest.includes('-h')
  switch (command) {
    case 'serve': {
      const { serve, serveHelp } = await import('./serve.ts')
      if (wantsHelp) write(serveHelp)
      else if (rest.length > 0) return misused(`serve takes no argument '${rest[0]}'`)
      else await serve(write, readVersion())
      return 0
    }
    case 'help':
    case '--help':
    case '-h':
      write(help)
      return 0
    case '--version':
      write(readVersion())
      return 0
    default:
      return misused(`there is no command '${command}'`)
  }
}

function misused(complaint: string): number {
  process.stderr.write(`countersign: ${complaint}\n\n${help}`)
  return 2
}

run(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  },
)
