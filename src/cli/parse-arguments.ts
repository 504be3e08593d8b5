/** Arguments of one command, parsed strictly by `node:util`; complaints never repeat a value. */

import { parseArgs } from 'node:util'
import { suggestion } from '../shapes/suggestion.ts'
import type { Command, Input } from './command.ts'
import { MisuseError } from './exit-codes.ts'
import { printable } from './printable.ts'

/** @throws MisuseError for what the command does not know, for what is missing or too much. */
export function parseArguments(command: Command, args: readonly string[]): Input {
  const { values, positionals } = parse(command, args)
  const missing = command.positionals[positionals.length]
  if (missing !== undefined) throw new MisuseError(`<${missing}> is missing`)
  if (positionals.length > command.positionals.length) {
    throw new MisuseError(`there are more arguments than the command takes`)
  }
  const list = (option: string): readonly string[] =>
    [values[option] ?? []].flat().filter((value) => typeof value === 'string')
  return {
    positional: (name) => positionals[command.positionals.indexOf(name)] ?? '',
    text: (option) => list(option)[0],
    texts: list,
    isOn: (option) => values[option] === true,
  }
}

function parse({ options }: Command, args: readonly string[]) {
  const described = Object.fromEntries(
    Object.entries(options).map(([name, { value, multiple = false }]) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const), multiple },
    ]),
  )
  try {
    return parseArgs({ args: [...args], options: described, allowPositionals: true, strict: true })
  } catch (error) {
    throw new MisuseError(complaint(error, Object.keys(options)))
  }
}

function complaint(error: unknown, known: readonly string[]): string {
  if (!(error instanceof Error && 'code' in error)) throw error
  const [, option = ''] = /'(?:-\w, )?(-[^' ]*)/.exec(error.message) ?? []
  const name = printable(option)
  if (error.code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const isMissing = /argument missing|is ambiguous/.test(error.message)
    return isMissing ? `${name} needs a value` : `${name} takes no value`
  }
  if (/^--?(password|secret)\b/.test(option)) {
    return `there is no option '${name}': a password is typed, or the first line of standard input`
  }
  const all = [...known, 'help'].map((word) => `--${word}`)
  return `there is no option '${name}'${suggestion(option, all)}`
}
