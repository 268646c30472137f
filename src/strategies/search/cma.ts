/**
 * Covariance matrix adaptation, with the whole matrix or its diagonal: the algorithm of Hansen's tutorial (arXiv 1604.00772,
 * appendix A), with three things that scores of few examples make necessary. Equals share the weights of their places; a generation
 * of equals alone teaches nothing and changes nothing; and the samples' standard deviation is kept within bounds.
 */
import type { Search, Spread } from '../../core/search.ts'
import { exp } from '../../core/exact.ts'
import { fillNormal } from '../../core/normal.ts'
import { numberOption, type OptionField, type Options } from '../../core/options.ts'
import { effective, parametersOf } from './cma-parameters.ts'
import { axesOf, meanVariance, unitCovariance, updated } from './covariance.ts'
import { sharedWeights, tiersOf } from './ranking.ts'
import { SIGMA, SIGMA_BOUNDS, zeros } from './searching.ts'

/** Plain JSON. */
export interface CmaState {
  readonly mean: readonly number[]
  readonly sigma: number
  /** Of samples, in units of sigma: lower triangle row by row, or diagonal. */
  readonly covariance: readonly number[]
  readonly diagonal: boolean
  /** Evolution paths: of the covariance, and of sigma. */
  readonly pc: readonly number[]
  readonly ps: readonly number[]
  /** The square of the share of the path of sigma that is still its beginning at 0. */
  readonly fresh: number
  readonly active: boolean
  readonly least: number
  readonly most: number
}

export const CMA_TACTICS: readonly OptionField[] = [
  SIGMA,
  ...SIGMA_BOUNDS,
  {
    key: 'active', label: 'Learn from the worse half', kind: 'boolean', group: 'variation', default: true, advanced: true,
    help: 'Steps like those of the worse half become rarer, not only those of the better half more frequent (active CMA-ES).',
  },
] // prettier-ignore

export function cmaState(tactics: Options, dimensions: number, diagonal: boolean): CmaState {
  const most = numberOption(tactics, 'sigmaMost')
  const least = Math.min(most, numberOption(tactics, 'sigmaLeast'))
  return {
    mean: zeros(dimensions),
    sigma: Math.min(most, Math.max(least, numberOption(tactics, 'sigma'))),
    covariance: unitCovariance(dimensions, diagonal),
    diagonal,
    pc: zeros(dimensions),
    ps: zeros(dimensions),
    fresh: 1,
    active: tactics['active'] === true,
    least,
    most,
  }
}

export const cmaSearch: Search<CmaState> = {
  sample({ mean, sigma, covariance, diagonal }, count, rng) {
    const axes = axesOf(mean.length, covariance, diagonal)
    return Array.from({ length: count }, () => {
      const step = axes.stretched(fillNormal(new Float64Array(mean.length), rng))
      return step.map((value, i) => (mean[i] ?? 0) + sigma * value)
    })
  },

  learn(state, points, losses) {
    const tiers = tiersOf(losses)
    return tiers.length < 2 ? state : bounded(learnt(state, points, tiers))
  },

  spread({ mean, sigma, covariance, diagonal }): Spread {
    const scale = Math.sqrt(meanVariance(mean.length, covariance, diagonal))
    const { lengths } = axesOf(mean.length, covariance, diagonal)
    return {
      mean: Float64Array.from(mean),
      sigma: sigma * scale,
      axes: lengths[0] === lengths.at(-1) ? [1] : lengths.map((length) => length / scale),
    }
  },
}

/** One update of mean, paths, covariance and sigma. */
function learnt(state: CmaState, points: readonly Float64Array[], tiers: readonly (readonly number[])[]): CmaState {
  const { mean, sigma, covariance, diagonal } = state
  const n = mean.length
  const { weights, cs, ds, cc, c1, cmu, chi } = parametersOf(n, points.length, state)
  const axes = axesOf(n, covariance, diagonal)
  const steps = points.map((point) => point.map((value, i) => (value - (mean[i] ?? 0)) / sigma))

  const pulls = sharedWeights(tiers, weights.map((weight) => Math.max(0, weight))) // prettier-ignore
  const step = mixed(steps, pulls, n)
  // Ties weigh fewer samples alike, so their mean is shorter; paths are told of it, or sigma would fall for no reason.
  const muEff = effective(pulls)
  const towards = Math.sqrt(cs * (2 - cs) * muEff)
  const white = axes.whitened(step)
  const ps = state.ps.map((value, i) => (1 - cs) * value + towards * (white[i] ?? 0))
  const fresh = state.fresh * (1 - cs) * (1 - cs)
  const length = Math.sqrt(ps.reduce((sum, value) => sum + value * value, 0))
  // A path that is too long says that sigma is too small: then the covariance's path stalls.
  const stalls = length / Math.sqrt(1 - fresh) >= (1.4 + 2 / (n + 1)) * chi
  const along = stalls ? 0 : Math.sqrt(cc * (2 - cc) * muEff)
  const pc = state.pc.map((value, i) => (1 - cc) * value + along * (step[i] ?? 0))

  const shares = sharedWeights(tiers, weights)
  const lost = stalls ? c1 * cc * (2 - cc) : 0
  const keep = 1 + lost - c1 - cmu * shares.reduce((sum, share) => sum + share, 0)
  const rank = shares.map((share, k) => cmu * (share >= 0 ? share : share * shortened(axes.whitened(steps[k] ?? new Float64Array(n))))) // prettier-ignore
  return {
    ...state,
    mean: mean.map((value, i) => value + sigma * (step[i] ?? 0)),
    // At most e times as large, whatever happened.
    sigma: sigma * exp(Math.min(1, (cs / ds) * (length / chi - 1))),
    covariance: updated(n, covariance, diagonal, keep, [Float64Array.from(pc), ...steps], [c1, ...rank]),
    pc,
    ps,
    fresh,
  }
}

/** What makes a step as long as steps are on average, squared: bad ones are to take no more than that away. */
function shortened(white: Float64Array): number {
  const square = white.reduce((sum, value) => sum + value * value, 0)
  return square > 0 ? white.length / square : 0
}

function mixed(steps: readonly Float64Array[], weights: readonly number[], n: number): Float64Array {
  const sum = new Float64Array(n)
  for (const [k, step] of steps.entries()) {
    const weight = weights[k] ?? 0
    if (weight !== 0) for (let i = 0; i < n; i++) sum[i] = (sum[i] ?? 0) + weight * (step[i] ?? 0)
  }
  return sum
}

/** Where the standard deviation leaves its bounds, the covariance begins again at a mean variance of 1: else it would do what sigma may not. */
function bounded(state: CmaState): CmaState {
  const { mean, sigma, covariance, diagonal, pc, least, most } = state
  const scale = Math.sqrt(meanVariance(mean.length, covariance, diagonal))
  const spread = sigma * scale
  if (spread >= least && spread <= most) return state
  return {
    ...state,
    sigma: Math.min(most, Math.max(least, spread)),
    covariance: covariance.map((value) => value / (scale * scale)),
    pc: pc.map((value) => value / scale),
  }
}
