/** What a format offers in which new hashes are made. */

export interface OwnFormat {
  /** Memory that one hash holds, in KiB. */
  readonly memoryKiB: number
  /** Costs what a real hash costs, and no password matches it. */
  readonly decoyHash: string
  /** @returns a string with a fresh salt. */
  hash(password: string): Promise<string>
  /** True when the hash is in this format and at least as strong as what `hash` makes. */
  isCurrent(stored: string): boolean
}
