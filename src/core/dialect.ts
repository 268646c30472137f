/**
 * How a small model of ours reads and writes an arena's genomes: as a sequence of tokens with a grammar that says, token
 * by token, what may come next. The transformer knows tokens alone; a dialect (`src/arenas/<id>/dialect.ts`) knows what
 * they mean.
 */
import type { Result } from './result.ts'

/** What is to be written: tokens that stand, and places that are drawn. */
export interface WritingPlan {
  /** Tokens at the beginning that are given. */
  readonly prompt: readonly number[]
  /** For `resample`: the answer to redraw, token by token, where -1 is drawn anew; absent when all of it is drawn. */
  readonly kept?: readonly number[]
  /** Most tokens of the answer. */
  readonly most: number
}

export interface Dialect {
  readonly vocabulary: number
  /** Longest sequence, prompt and answer. */
  readonly context: number
  /** Ends an answer. */
  readonly end: number
  /**
   * A native prompt (see `PromptKit.native`) to a plan; a fault says what does not fit. `seed` is the request's: it chooses
   * what `resample` redraws.
   */
  plan(prompt: string, seed?: number): Result<WritingPlan>
  /**
   * Which tokens may come after this beginning of an answer: 1 where allowed. Always at least one; depends on the step and
   * on what `plan` fixed, so that a batch stays in lockstep. Must not be changed by the caller.
   */
  allowed(answer: readonly number[]): Uint8Array
  /** An answer, with or without its end, as text in the arena's language. */
  text(answer: readonly number[]): string
}
