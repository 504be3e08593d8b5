/** What the steps of a move work with. */

import type { Stores, TransferStore } from '../stores/ports.ts'

/** How many records are read and written together. */
export const partSize = 500
/** How many sessions, or lists of them, are asked for at once. */
export const callsAtOnce = 16

/**
 * `whole`: the source is still, and afterwards the target has what it has. `live`: the source is in
 * use; copies what there is, and is run again. `merge`: adds to a target that has accounts of its own,
 * removes nothing there, and takes no name from anybody.
 */
export type MoveMode = 'whole' | 'live' | 'merge'

export interface Progress {
  readonly step: string
  readonly done: number
  /** Undefined where it is not known. */
  readonly total?: number | undefined
}

export interface Move {
  readonly from: Movable
  readonly to: Movable
  readonly mode: MoveMode
  readonly sessionsStay: boolean
  readonly progress: (progress: Progress) => void
}

export type Movable = Stores & { readonly transfer: TransferStore }
