/** What an engine on the CPU does for whoever writes with it (`writer.ts`): it reads tokens and says what may come next. */

/** Tokens to be read, as arrays of `count` entries: of which slot, at which place of its sequence, which token. */
export interface Feed {
  count: number
  readonly slots: Int32Array
  /** From 0. */
  readonly positions: Int32Array
  readonly tokens: Int32Array
}

export const feedOf = (room: number): Feed => ({
  count: 0,
  slots: new Int32Array(room),
  positions: new Int32Array(room),
  tokens: new Int32Array(room),
})

/**
 * Remembers for each slot what it has read of one sequence (keys and values of attention). What a token comes to depends on
 * its own slot alone, to the last bit: not on the others, nor on how the tokens were split among calls.
 */
export interface Network {
  /** Sequences that it can have in hand at once. */
  readonly slots: number
  /** Numbers from one row of logits to the next, at least one for each token of the vocabulary. */
  readonly stride: number
  /**
   * Reads tokens, each slot's in order, and says nothing: what came before a token in its sequence was read in an earlier
   * call, or stands before it in this one. A slot starts anew with place 0.
   */
  read(feed: Feed): void
  /** Reads one token each of different slots; row i of the logits belongs to the i-th of them. They last until the next call. */
  next(feed: Feed): Float32Array
}
