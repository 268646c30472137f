/** A genome on its way from one island to another. Plain; on the tape of the run that takes it in. */
export interface Migrant {
  /** Where it was born. */
  readonly island: string
  /** The round it won there, from 0. */
  readonly round: number
  /** How people call it. */
  readonly name: string
  /** The operator or model that made it, as its island calls it. */
  readonly operator: string
  /** Its first objective there: what its island says, and never what counts here. */
  readonly claimed: number
  /** The encoded genome. */
  readonly words: Uint32Array
  /** {@link hashWords} of `words`. */
  readonly hash: string
}
