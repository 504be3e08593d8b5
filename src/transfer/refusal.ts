/** Why a move is not begun or not ended; a sentence for the operator, without a credential. */

export type RefusalReason =
  | 'cannot_move'
  | 'same_store'
  | 'source_empty'
  | 'target_occupied'
  | 'target_of_another'
  | 'target_in_use'
  | 'completed'

export class MoveRefused extends Error {
  override readonly name = 'MoveRefused'
  readonly reason: RefusalReason

  constructor(reason: RefusalReason, message: string) {
    super(message)
    this.reason = reason
  }
}
