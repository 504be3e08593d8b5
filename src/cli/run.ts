/**
 * One command line from arguments to exit code: finds the command, parses, runs, tells failures.
 *
 * Knows no process: what it prints goes to the `Io`, and the `Auth` is opened by the context.
 */

import { suggestion } from '../shapes/suggestion.ts'
import type { Command, CommandGroup, Context } from './command.ts'
import { describeError, exitCodeOf, exitCodes, MisuseError } from './exit-codes.ts'
import { commandHelp, groupHelp, mainHelp, usageOf } from './help.ts'
import { parseArguments } from './parse-arguments.ts'
import { printable } from './printable.ts'

interface GroupEntry {
  readonly name: string
  readonly summary: string
  /** Groups load late: the server is most of the code, and most commands do without it. */
  load(): Promise<CommandGroup>
}

export const groups: readonly GroupEntry[] = [
  {
    name: 'serve',
    summary: 'run the authentication server',
    load: async () => (await import('./serve.ts')).serveGroup,
  },
  {
    name: 'migrate',
    summary: 'create the database or bring it up to date',
    load: async () => (await import('./migrate.ts')).migrateGroup,
  },
  {
    name: 'migrate-store',
    summary: 'move everything to another database or Redis',
    load: async () => (await import('./migrate-store.ts')).migrateStoreGroup,
  },
  {
    name: 'user',
    summary: 'create, list, show, change and delete accounts',
    load: async () => (await import('./user.ts')).userGroup,
  },
  {
    name: 'session',
    summary: 'list and end the sessions of an account',
    load: async () => (await import('./session.ts')).sessionGroup,
  },
  {
    name: 'keys',
    summary: 'list and rotate the signing keys',
    load: async () => (await import('./keys.ts')).keysGroup,
  },
]

/** @returns the exit code; nothing is thrown. */
export async function run(argv: readonly string[], context: Context): Promise<number> {
  const { io } = context
  // What is shown when the command line is wrong: that of the command, once it is known.
  let usage = helpOfAll()
  try {
    const [word = 'help', ...rest] = argv
    if (word === '--version') return print(context, context.version)
    const isHelp = ['help', '--help', '-h'].includes(word)
    const [name, ...words] = isHelp ? rest : argv
    if (name === undefined) return print(context, helpOfAll())
    const group = await findGroup(name)
    usage = groupHelp(group)
    const wantsHelp = isHelp || hasHelp(words)
    if (wantsHelp && isOption(words[0])) return print(context, usage)
    const { command, args } = findCommand(group, words)
    if (wantsHelp) return print(context, commandHelp(group, command))
    usage = `${usageOf(group, command)}\nSee: countersign ${[name, command.name, '--help'].filter(Boolean).join(' ')}`
    await command.run(parseArguments(command, args), context)
    return exitCodes.done
  } catch (error) {
    const isMisuse = error instanceof MisuseError
    io.writeError(isMisuse ? `countersign: ${error.message}\n\n${usage}` : describeError(error))
    return exitCodeOf(error)
  }
}

function print({ io }: Context, text: string): number {
  io.write(text)
  return exitCodes.done
}

const helpOfAll = (): string => mainHelp(groups.map(({ name, summary }) => [name, summary]))

const isOption = (word: string | undefined): boolean => word === undefined || word.startsWith('-')

function hasHelp(words: readonly string[]): boolean {
  const end = words.indexOf('--')
  const options = end < 0 ? words : words.slice(0, end)
  return options.includes('--help') || options.includes('-h')
}

async function findGroup(name: string): Promise<CommandGroup> {
  const entry = groups.find((group) => group.name === name)
  if (entry !== undefined) return entry.load()
  const known = [...groups.map((group) => group.name), 'help', '--help', '--version']
  throw new MisuseError(`there is no command '${printable(name)}'${suggestion(name, known)}`)
}

function findCommand(group: CommandGroup, words: readonly string[]) {
  const [only] = group.commands
  if (only?.name === '') return { command: only, args: words }
  const [name, ...args] = words
  if (name === undefined) throw new MisuseError(`${group.name} needs a command`)
  const command = group.commands.find((candidate: Command) => candidate.name === name)
  if (command !== undefined) return { command, args }
  const known = group.commands.map((candidate) => candidate.name)
  const hint = suggestion(name, known)
  throw new MisuseError(`there is no command '${group.name} ${printable(name)}'${hint}`)
}
