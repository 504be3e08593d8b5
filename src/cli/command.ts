/** What a command is: data that argument parsing and `--help` are made from, and one function. */

import type { AdminAuth } from './admin-auth.ts'
import type { Io } from './io.ts'
import type { OpenStores } from './store-place.ts'

export interface CommandOption {
  /** What stands for the value in `--help`. Without it the option is a switch. */
  readonly value?: string
  /** May be given several times. */
  readonly multiple?: boolean
  readonly meaning: string
}

/** Arguments that were parsed and are complete. */
export interface Input {
  /** The value of a positional argument, by its name in `Command.positionals`. */
  positional(name: string): string
  text(option: string): string | undefined
  /** Every value of an option that may be repeated. */
  texts(option: string): readonly string[]
  isOn(option: string): boolean
}

export interface Context {
  readonly io: Io
  readonly version: string
  openAuth(): Promise<AdminAuth>
  /** Opens stores that are named on the command line. */
  readonly openStores: OpenStores
  /** The SQL that opening the database would send to bring it up to date. */
  pendingMigrations(): Promise<readonly string[]>
}

export interface Command {
  /** Below its group, such as `create`; that of a group itself, such as `migrate`, is empty. */
  readonly name: string
  readonly summary: string
  readonly positionals: readonly string[]
  readonly options: Readonly<Record<string, CommandOption>>
  /** What else `--help` says. */
  readonly notes?: string
  /** A whole command line. */
  readonly example: string
  run(input: Input, context: Context): Promise<void>
}

/** Either one command without a name, or several with one. */
export interface CommandGroup {
  readonly name: string
  readonly commands: readonly Command[]
}

export const jsonOption = { json: { meaning: 'print JSON, for programs' } } as const
export const yesOption = { yes: { meaning: 'do not ask for confirmation' } } as const

/** Opens the `Auth`, works with it and closes it, whatever happens. */
export async function withAuth<Result>(
  { openAuth }: Context,
  work: (auth: AdminAuth) => Promise<Result>,
): Promise<Result> {
  const auth = await openAuth()
  try {
    return await work(auth)
  } finally {
    await auth.close()
  }
}
