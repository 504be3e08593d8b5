/** The text of `--help`, made from the commands, so that it cannot leave one out. */

import type { Command, CommandGroup } from './command.ts'
import { exitCodesHelp } from './exit-codes.ts'

const columns = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([name]) => name.length)) + 2
  return rows.map(([name, meaning]) => `  ${name.padEnd(width)}${meaning}`).join('\n')
}

const nameOf = (group: CommandGroup, command: Command): string =>
  [group.name, command.name].filter(Boolean).join(' ')

export function usageOf(group: CommandGroup, command: Command): string {
  const positionals = command.positionals.map((name) => ` <${name}>`).join('')
  const options = Object.keys(command.options).length > 0 ? ' [options]' : ''
  return `Usage: countersign ${nameOf(group, command)}${positionals}${options}`
}

export function commandHelp(group: CommandGroup, command: Command): string {
  const rows = Object.entries(command.options).map(
    ([name, { value, multiple, meaning }]) =>
      [
        value === undefined ? `--${name}` : `--${name} <${value}>`,
        multiple ? `${meaning}; may be repeated` : meaning,
      ] as const,
  )
  const options = columns([...rows, ['--help', 'show this']])
  const parts = [usageOf(group, command), command.summary, command.notes]
  return [
    ...parts.filter((part) => part !== undefined),
    `Options:\n${options}`,
    `Example:\n  ${command.example}`,
  ].join('\n\n')
}

export function groupHelp(group: CommandGroup): string {
  const [only] = group.commands
  if (only?.name === '') return commandHelp(group, only)
  const rows = group.commands.map(
    (command) =>
      [
        [command.name, ...command.positionals.map((name) => `<${name}>`)].join(' '),
        command.summary,
      ].map(String) as [string, string],
  )
  return [
    `Usage: countersign ${group.name} <command>`,
    `Commands:\n${columns(rows)}`,
    `Options:\n${columns([['--help', `help, also of a command: ${group.name} ${rows[0]?.[0].split(' ')[0]} --help`]])}`,
    `Example:\n  ${only?.example}`,
  ].join('\n\n')
}

export const mainHelp = (groups: readonly (readonly [string, string])[]): string =>
  [
    'Usage: countersign <command>',
    `Commands:\n${columns([...groups, ['help', "show this, or help of a command: 'help user create'"]])}`,
    `Options:\n${columns([
      ['--help', 'help of a command'],
      ['--version', 'print the version'],
    ])}`,
    "Settings are environment variables: 'countersign serve --help' lists them.",
    exitCodesHelp.trimEnd(),
    'Example:\n  countersign user create --username ada --role admin',
  ].join('\n\n')
