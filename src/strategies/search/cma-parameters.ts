/** The settings of CMA-ES that follow from dimensions and population: table 1 of Hansen's tutorial (arXiv 1604.00772). */
import { log } from '../../core/exact.ts'

export interface CmaParameters {
  /** Of places, best first: positive ones sum to 1. Negative ones where what is bad teaches too. */
  readonly weights: readonly number[]
  /** As many samples, equally weighed, would teach as much of the mean as the positive weights do. */
  readonly muEff: number
  /** Learning rates of the path of sigma, its damping, of the covariance's path, rank-one and rank-mu update. */
  readonly cs: number
  readonly ds: number
  readonly cc: number
  readonly c1: number
  readonly cmu: number
  /** Mean length of a vector of normal numbers. */
  readonly chi: number
}

export interface CmaKind {
  /** Only the diagonal is learnt: fewer numbers, so faster, by (n + 2) / 3 (Ros & Hansen 2008). */
  readonly diagonal: boolean
  /** Whether the worse half counts, negatively (active CMA-ES). */
  readonly active: boolean
}

/** `count` >= 2. */
export function parametersOf(dimensions: number, count: number, { diagonal, active }: CmaKind): CmaParameters {
  const n = dimensions
  const raw = Array.from({ length: count }, (_, place) => log((count + 1) / 2) - log(place + 1))
  const good = raw.filter((weight) => weight > 0)
  const bad = raw.filter((weight) => weight < 0)
  const muEff = effective(good)
  const cs = (muEff + 2) / (n + muEff + 5)
  const cc = (4 + muEff / n) / (n + 4 + (2 * muEff) / n)
  const faster = diagonal ? (n + 2) / 3 : 1
  const c1 = Math.min(1, (faster * 2) / ((n + 1.3) * (n + 1.3) + muEff))
  const cmu = Math.min(1 - c1, (faster * 2 * (0.25 + muEff + 1 / muEff - 2)) / ((n + 2) * (n + 2) + muEff))
  // As negative as keeps the covariance from shrinking on the whole, and from losing an axis.
  const most = Math.min(1 + c1 / cmu, 1 + (2 * effective(bad)) / (muEff + 2), (1 - c1 - cmu) / (n * cmu))
  const [sum, badSum] = [sumOf(good), -sumOf(bad)]
  return {
    weights: raw.map((weight) => (weight >= 0 ? weight / sum : active ? (Math.max(0, most) * weight) / badSum : 0)),
    muEff,
    cs,
    ds: 1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (n + 1)) - 1) + cs,
    cc,
    c1,
    cmu,
    chi: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  }
}

const sumOf = (weights: readonly number[]): number => weights.reduce((sum, weight) => sum + weight, 0)

/** The square of the sum over the sum of squares: how many weights count. */
export const effective = (weights: readonly number[]): number => {
  const sum = sumOf(weights)
  return (sum * sum) / weights.reduce((squares, weight) => squares + weight * weight, 0)
}
