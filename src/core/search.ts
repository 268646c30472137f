/** What evolution strategies search, and how they are asked: arenas offer spaces, strategies learn distributions over them. Plain types. */
import type { Rng } from './rng.ts'

/** Genomes as points. Steps of about 1 in any direction are to matter about as much as in any other. Of noise, coordinates are random directions in something larger. */
export interface Space<Genome = unknown> {
  readonly dimensions: number
  /** Coordinates lie within -limit..limit; what lies beyond is moved to the edge by {@link genome}. */
  readonly limit: number
  readonly isNoise?: boolean
  genome(point: ArrayLike<number>): Genome
  point(genome: Genome): Float64Array
  /** Which of the two measures tells how much of what a genome does differs from what point 0 does: 0 nothing, 1 all. Absent where none does. */
  readonly effect?: 0 | 1
}

/**
 * Evolution strategies: a distribution of points that is moved towards the better half of its samples. Its state is plain JSON
 * of at most 100,000 numbers. `isForNoise`: it takes a direction after another, so only spaces of noise will do ({@link Space.isNoise}).
 */
export interface Search<State> {
  readonly isForNoise?: boolean
  /** Points of the next generation, `count` of them, each `dimensions` long. */
  sample(state: State, count: number, rng: Rng): readonly Float64Array[]
  /** What came of them. `points` are as they were judged: within limits and rounded; losses are to be made small, Infinity where there is no score. `effects` are those of {@link Space.effect}. */
  learn(state: State, points: readonly Float64Array[], losses: readonly number[], effects?: readonly number[]): State
  /** Dimensions that its state has room for; settings beyond are refused with a sentence. Absent where there is no end. */
  readonly most?: number
  /** Where it stands: what a run comes to, rather than the luckiest sample. */
  spread(state: State): Spread
}

export interface Spread {
  /** The distribution's mean. */
  readonly mean: Float64Array
  /** Standard deviation of samples, over all directions. */
  readonly sigma: number
  /** Lengths of the distribution's axes as shares of sigma, longest first: roots of the covariance's eigenvalues. One number where all are alike. */
  readonly axes: readonly number[]
  /** Where steps are scaled by effect: what 1 of the search is in the space, and the share in which two members differ then; null before it is known. */
  readonly found?: { readonly unit: number; readonly effect: number } | null
}
