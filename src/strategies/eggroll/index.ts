/**
 * EGGROLL (Sarkar et al. 2025, arXiv 2511.16652): an evolution strategy on whole weights, whose noise is of low rank. It searches a space of noise, where a coordinate
 * is what of one random direction was gone: each pair of a generation takes a direction that nobody has gone yet, there and back, and what it did better
 * there than back stays. So the point is the history of all updates,
 *
 *     c_k += rate / (N sigma) * (f+ - f-),     which adds rate / (N sigma) * sum_i f_i E_i to the weights,
 *
 * and whoever has the noise's key and the point has the weights. f are centred ranks. Once all directions were gone they come round again, from the
 * first: from then on the search stays among what they span.
 */
import { numberOption } from '../../core/options.ts'
import { sharedWeights, tiersOf } from '../search/ranking.ts'
import { searching, spaceFor, within, zeros } from '../search/searching.ts'

interface State {
  readonly mean: readonly number[]
  readonly sigma: number
  readonly rate: number
  readonly limit: number
  /** The direction that the next generation's first pair takes. */
  readonly next: number
}

/** One vector in a state of 100,000 numbers. */
const MOST = 99_000

export default searching<State>({
  id: 'eggroll',
  label: 'EGGROLL',
  help: 'Moves all weights at once, each pair of members along a new random direction of low rank, and follows what was better. For worlds in which whole weights are moved.',
  options: [
    {
      key: 'sigma', label: 'Steps', kind: 'number', group: 'variation', min: 0.001, max: 10, step: 0.01, default: 0.1,
      help: 'How far each member goes along its direction, in units of the space. It stays as it is.',
    },
    {
      key: 'rate', label: 'How far the mean goes', kind: 'number', group: 'variation', min: 0.001, max: 10, step: 0.01, default: 0.05,
      help: 'What the sum of all steps, weighed by their ranks, is multiplied by (the learning rate).',
    },
  ], // prettier-ignore
  init(tactics, space) {
    const { dimensions, limit } = spaceFor(space, 'eggroll', MOST)
    return {
      mean: zeros(dimensions),
      sigma: numberOption(tactics, 'sigma'),
      rate: numberOption(tactics, 'rate'),
      limit,
      next: 0,
    }
  },
  search: {
    isForNoise: true,
    sample: ({ mean, sigma, next }, count) =>
      Array.from({ length: count }, (_, index) => {
        const point = Float64Array.from(mean)
        const direction = directionOf(next, index, mean.length)
        // Whoever is left without a partner stays at the mean: a step without its counterpart would pull by chance.
        const sign = index === count - 1 && count % 2 === 1 ? 0 : index % 2 === 0 ? 1 : -1
        point[direction] = (point[direction] ?? 0) + sign * sigma
        return point
      }),
    learn(state, points, losses) {
      const { mean, sigma, rate, limit, next } = state
      const count = points.length
      const last = Math.max(1, count - 1)
      const ranks = sharedWeights(tiersOf(losses), points.map((_, place) => 0.5 - place / last)) // prettier-ignore
      const moved = [...mean]
      for (const [index, point] of points.entries()) {
        const direction = directionOf(next, index, mean.length)
        // In steps; at the space's edge one is shorter than the other.
        const step = ((point[direction] ?? 0) - (mean[direction] ?? 0)) / sigma
        moved[direction] = (moved[direction] ?? 0) + (rate / (count * sigma)) * (ranks[index] ?? 0) * step
      }
      return {
        ...state,
        mean: count < 2 ? mean : moved.map((value) => within(limit, value)),
        next: directionOf(next, 2 * Math.floor(count / 2), mean.length),
      }
    },
    spread: ({ mean, sigma }) => ({ mean: Float64Array.from(mean), sigma, axes: [1] }),
  },
})

/** Two members, one direction. */
const directionOf = (next: number, index: number, dimensions: number): number => (next + (index >>> 1)) % dimensions
