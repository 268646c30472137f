/** Separable CMA-ES (Ros & Hansen 2008): only the diagonal of the covariance, which learns faster and grows with the dimensions alone. */
import { cmaSearch, cmaState, CMA_TACTICS, type CmaState } from '../search/cma.ts'
import { searching, spaceFor } from '../search/searching.ts'

/** Four vectors in a state of 100,000 numbers. */
const MOST = 24_000

export default searching<CmaState>({
  id: 'sep-cma-es',
  label: 'Separable CMA-ES',
  help: 'As CMA-ES, but each direction by itself: quick to learn which matter, blind to those that matter together.',
  options: CMA_TACTICS,
  init: (tactics, space) => cmaState(tactics, spaceFor(space, 'sep-cma-es', MOST).dimensions, true),
  search: { ...cmaSearch, most: MOST },
})
