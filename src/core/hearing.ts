/** Scoring where another arena judges: what belongs to either half. See `Arena.hearing`. */
import type { GenomeBatch, Scores } from './batch.ts'
import type { Files } from './files.ts'
import type { Options } from './options.ts'
import type { Cancellation, Result } from './result.ts'

/** Another arena by id, one of its presets, and what of that is set otherwise. */
export interface JudgeRequest {
  readonly arena: string
  readonly preset: string
  readonly options?: Options
}

/** How genomes are scored that another arena judges, in two halves: lanes draft, and the judge's own evaluator scores the drafts. */
export interface Hearing<Environment = unknown, Draft = unknown> {
  /** One lane of the first half: what each genome brings forth, plain and cloneable. Entry i belongs to genome i alone. */
  drafter(files: Files): (batch: GenomeBatch, environment: Environment, cancel: Cancellation) => readonly Draft[]
  /** Complete settings of the judge's evaluator, which {@link settle} is given as `score`. */
  readonly options: Options
  /** The second half: what `Arena.evaluator` would give, to the last bit. A fault of `score` is its own. */
  settle(drafts: readonly Draft[], environment: Environment, score: Score): Promise<Result<Scores>>
}

export type Score = (batch: GenomeBatch, environment: unknown) => Promise<Result<Scores>>
