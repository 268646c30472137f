/**
 * Separable natural evolution strategy (Schaul, Glasmachers & Schmidhuber 2011; Wierstra et al. 2014): mean and standard deviations
 * follow the natural gradient of the expected utility. Utilities sum to 0, and equals share theirs: a generation of equals moves nothing.
 */
import { exp, log } from '../../core/exact.ts'
import { fillNormal } from '../../core/normal.ts'
import { numberOption } from '../../core/options.ts'
import { sharedWeights, tiersOf } from '../search/ranking.ts'
import { searching, SIGMA, SIGMA_BOUNDS, spaceFor, zeros } from '../search/searching.ts'

interface State {
  readonly mean: readonly number[]
  /** A standard deviation for each dimension. */
  readonly sigmas: readonly number[]
  readonly least: number
  readonly most: number
}

/** Two vectors in a state of 100,000 numbers. */
const MOST = 49_000

export default searching<State>({
  id: 'snes',
  label: 'SNES',
  help: 'Follows the natural gradient, each direction with a step of its own. Little to keep, so it is for many dimensions.',
  options: [SIGMA, ...SIGMA_BOUNDS],
  init(tactics, space) {
    const { dimensions } = spaceFor(space, 'snes', MOST)
    const most = numberOption(tactics, 'sigmaMost')
    const least = Math.min(most, numberOption(tactics, 'sigmaLeast'))
    const sigma = Math.min(most, Math.max(least, numberOption(tactics, 'sigma')))
    return { mean: zeros(dimensions), sigmas: zeros(dimensions).map(() => sigma), least, most }
  },
  search: {
    most: MOST,
    sample: ({ mean, sigmas }, count, rng) =>
      Array.from({ length: count }, () =>
        fillNormal(new Float64Array(mean.length), rng).map((z, i) => (mean[i] ?? 0) + (sigmas[i] ?? 0) * z),
      ),
    learn(state, points, losses) {
      const tiers = tiersOf(losses)
      if (tiers.length < 2) return state
      const { mean, sigmas, least, most } = state
      const n = mean.length
      const utilities = sharedWeights(tiers, utilitiesOf(points.length))
      const rate = (3 + log(n)) / (5 * Math.sqrt(n))
      const [towards, wider] = [zeros(n), zeros(n)]
      for (const [k, point] of points.entries()) {
        const utility = utilities[k] ?? 0
        for (let i = 0; i < n; i++) {
          const step = ((point[i] ?? 0) - (mean[i] ?? 0)) / (sigmas[i] ?? 1)
          towards[i] = (towards[i] ?? 0) + utility * step
          wider[i] = (wider[i] ?? 0) + utility * (step * step - 1)
        }
      }
      return {
        ...state,
        mean: mean.map((value, i) => value + (sigmas[i] ?? 0) * (towards[i] ?? 0)),
        // At most e times as large, whatever happened.
        sigmas: sigmas.map((sigma, i) => Math.min(most, Math.max(least, sigma * exp(Math.min(1, (rate / 2) * (wider[i] ?? 0)))))), // prettier-ignore
      }
    },
    spread({ mean, sigmas }) {
      const sigma = Math.sqrt(sigmas.reduce((sum, one) => sum + one * one, 0) / sigmas.length)
      const lengths = [...sigmas].sort((x, y) => y - x)
      return {
        mean: Float64Array.from(mean),
        sigma,
        axes: lengths[0] === lengths.at(-1) ? [1] : lengths.map((length) => length / sigma),
      }
    },
  },
})

/** Of places, best first; they sum to 0. The better half is above, the worse half alike below. */
function utilitiesOf(count: number): readonly number[] {
  const raw = Array.from({ length: count }, (_, place) => Math.max(0, log(count / 2 + 1) - log(place + 1)))
  const sum = raw.reduce((total, one) => total + one, 0)
  return raw.map((one) => one / sum - 1 / count)
}
