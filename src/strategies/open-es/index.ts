/**
 * OpenAI's evolution strategy (Salimans et al. 2017, arXiv 1703.03864): steps of one fixed size in all directions, in pairs there and
 * back, and the mean goes along their sum weighed by centred ranks. Without Adam and without decay: x += step / (P sigma) sum u e.
 * Its noise comes from `src/core/counter.ts`, so that whoever knows the generation's key can make it again.
 */
import { fillCounterNormal } from '../../core/counter.ts'
import { numberOption } from '../../core/options.ts'
import { sharedWeights, tiersOf } from '../search/ranking.ts'
import { searching, SIGMA, spaceFor, within, zeros } from '../search/searching.ts'

interface State {
  readonly mean: readonly number[]
  readonly sigma: number
  readonly step: number
  readonly limit: number
  readonly generation: number
}

/** One vector in a state of 100,000 numbers. */
const MOST = 99_000

export default searching<State>({
  id: 'open-es',
  label: 'OpenAI-ES',
  help: 'Steps of one size, in pairs there and back, and the mean follows what was better. It learns no shape, so thousands of dimensions cost it little.',
  options: [
    { ...SIGMA, label: 'Steps', help: 'Standard deviation of samples around the mean, in units of the space. It stays as it is.' },
    {
      key: 'step', label: 'How far the mean goes', kind: 'number', group: 'variation', min: 0.001, max: 10, step: 0.01, default: 0.5,
      help: 'What the sum of all steps, weighed by their ranks, is multiplied by (the learning rate).',
    },
  ], // prettier-ignore
  init(tactics, space) {
    const { dimensions, limit } = spaceFor(space, 'open-es', MOST)
    const [sigma, step] = [numberOption(tactics, 'sigma'), numberOption(tactics, 'step')]
    return { mean: zeros(dimensions), sigma, step, limit, generation: 0 }
  },
  search: {
    most: MOST,
    sample({ mean, sigma, generation }, count, rng) {
      const key = rng.int(2 ** 32)
      return Array.from({ length: count }, (_, index) => {
        // Whoever is left without a partner stays at the mean: a step without its counterpart would pull by chance.
        const sign = index === count - 1 && count % 2 === 1 ? 0 : index % 2 === 0 ? 1 : -1
        const noise = fillCounterNormal(new Float64Array(mean.length), key, generation, index >>> 1)
        return noise.map((value, i) => (mean[i] ?? 0) + sign * sigma * value)
      })
    },
    learn(state, points, losses) {
      const { mean, sigma, step, limit } = state
      const last = Math.max(1, points.length - 1)
      const centred = points.map((_, place) => 0.5 - place / last)
      const ranks = points.length < 2 ? [0] : sharedWeights(tiersOf(losses), centred)
      const sum = zeros(mean.length)
      for (const [k, point] of points.entries()) {
        const rank = ranks[k] ?? 0
        if (rank !== 0) for (let i = 0; i < mean.length; i++) sum[i] = (sum[i] ?? 0) + (rank * ((point[i] ?? 0) - (mean[i] ?? 0))) / sigma // prettier-ignore
      }
      const rate = step / (points.length * sigma)
      return {
        ...state,
        mean: mean.map((value, i) => within(limit, value + rate * (sum[i] ?? 0))),
        generation: state.generation + 1,
      }
    },
    spread: ({ mean, sigma }) => ({ mean: Float64Array.from(mean), sigma, axes: [1] }),
  },
})
