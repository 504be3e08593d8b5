/** What a command may do with its terminal, so that tests can stand in for one. */

export interface Io {
  /** Prints to stdout; the line break is added. */
  write(text: string): void
  /** Prints to stderr; the line break is added. */
  writeError(text: string): void
  /**
   * Shows a line on stderr in place of the one before; without a text that one stays, and the next is
   * below it. Absent where stderr is no terminal.
   */
  readonly drawLine?: ((text: string | undefined) => void) | undefined
  /** Whether somebody sits at stdin who can be asked. */
  readonly isTty: boolean
  /**
   * Asks on stderr and waits for a line; a hidden one is not echoed.
   *
   * @returns undefined when the person ends the input (Ctrl-C, Ctrl-D).
   */
  ask(question: string, options?: { readonly hidden?: boolean }): Promise<string | undefined>
  /**
   * The lines of a UTF-8 file, `-` for stdin, one by one without their breaks.
   *
   * @throws CommandError for a file that cannot be read, is not UTF-8 or has a line over 64 KB.
   */
  readLines(file: string): AsyncIterable<string>
  /** The first line of stdin where it is no terminal; undefined when there is none. */
  readLine(): Promise<string | undefined>
}
