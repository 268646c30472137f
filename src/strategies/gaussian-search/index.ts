/** Random search in a space: samples around the beginning, never around anything better. The control that a search has to beat. */
import { fillNormal } from '../../core/normal.ts'
import { numberOption } from '../../core/options.ts'
import { tiersOf } from '../search/ranking.ts'
import { searching, SIGMA, spaceFor, zeros } from '../search/searching.ts'

interface State {
  readonly sigma: number
  /** The best point so far, and what it lost; at first the beginning, which nobody has judged. */
  readonly best: readonly number[]
  readonly loss: number | null
}

/** One vector in a state of 100,000 numbers. */
const MOST = 99_000

export default searching<State>({
  id: 'gaussian-search',
  label: 'Random steps',
  help: 'Samples around the beginning alone and keeps the luckiest: what a search that learns has to beat.',
  options: [{ ...SIGMA, label: 'Steps', help: 'Standard deviation of samples around the beginning, in units of the space.' }],
  init: (tactics, space) => ({
    sigma: numberOption(tactics, 'sigma'),
    best: zeros(spaceFor(space, 'gaussian-search', MOST).dimensions),
    loss: null,
  }),
  search: {
    most: MOST,
    sample: ({ best, sigma }, count, rng) =>
      Array.from({ length: count }, () => fillNormal(new Float64Array(best.length), rng).map((z) => sigma * z)),
    learn(state, points, losses) {
      const first = tiersOf(losses)[0]?.[0]
      const [point, loss] = first === undefined ? [undefined, NaN] : [points[first], losses[first] ?? NaN]
      // Infinity is no score; and a state has to be plain JSON.
      if (point === undefined || !Number.isFinite(loss) || (state.loss !== null && loss >= state.loss)) return state
      return { ...state, best: [...point], loss }
    },
    spread: ({ best, sigma }) => ({ mean: Float64Array.from(best), sigma, axes: [1] }),
  },
}) // prettier-ignore
