/** Confidence intervals by the percentile bootstrap (Efron & Tibshirani 1993): what the mean of so few seeds may be. */
import { deriveSeed, rng } from './rng.ts'

export interface Interval {
  readonly mean: number
  readonly low: number
  readonly high: number
}

const RESAMPLES = 2000
const LEVEL = 0.95

/**
 * The mean and its interval of 95 %: the mean alone for fewer than two values, NaN for none. Drawn from a seed that follows
 * from `label`, so that a table is the same whenever it is made.
 */
export function meanWithInterval(values: readonly number[], label = ''): Interval {
  const mean = meanOf(values)
  if (values.length < 2) return { mean, low: mean, high: mean }
  const random = rng(deriveSeed('bootstrap', label))
  const means = Array.from({ length: RESAMPLES }, () => meanOf(values.map(() => random.pick(values)))).sort((x, y) => x - y) // prettier-ignore
  const at = (share: number) => means[Math.min(RESAMPLES - 1, Math.floor(share * RESAMPLES))] ?? mean
  return { mean, low: at((1 - LEVEL) / 2), high: at((1 + LEVEL) / 2) }
}

/** NaN for none. */
export const meanOf = (values: readonly number[]): number =>
  values.length === 0 ? NaN : values.reduce((sum, value) => sum + value, 0) / values.length
