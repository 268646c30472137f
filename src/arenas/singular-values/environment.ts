/** What a generation is judged on: which examples, the same for all its members. */
import { numberOption, type Options } from '../../core/options.ts'
import { deriveSeed } from '../../core/rng.ts'

export interface Batch {
  /** The run's, to draw from; never that of held-out examples. */
  readonly seed: number
  readonly count: number
  /** 0 where all generations have the same examples. */
  readonly generation: number
  readonly isFresh: boolean
}

export const batchIn = (options: Options, seed: number): Batch => ({
  seed,
  count: numberOption(options, 'batch'),
  generation: 0,
  isFresh: options['fresh'] === true,
})

/** The same object where nothing changes: then scores are remembered. */
export const batchOfGeneration = (batch: Batch, generation: number): Batch =>
  batch.isFresh ? { ...batch, generation } : batch

export const seedOf = ({ seed, generation }: Batch): number => deriveSeed(seed, 'examples', generation)
