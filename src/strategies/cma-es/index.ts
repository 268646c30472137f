/**
 * CMA-ES (Hansen & Ostermeier 2001; the tutorial, arXiv 1604.00772), which ESSA searches singular values with (arXiv 2507.04453). It
 * learns which directions matter together: a matrix, so its room and time grow with the square and cube of the dimensions.
 */
import { cmaSearch, cmaState, CMA_TACTICS, type CmaState } from '../search/cma.ts'
import { searching, spaceFor } from '../search/searching.ts'

/** Beyond, the matrix does not fit into a strategy's state, and decomposing it takes seconds. */
const MOST_FULL = 400
/** Four vectors in a state of 100,000 numbers. */
const MOST = 24_000

export default searching<CmaState>({
  id: 'cma-es',
  label: 'CMA-ES',
  help: `Samples around a mean that moves, and learns which directions go together. In more than ${MOST_FULL} dimensions it learns each direction by itself, as the separable one does.`,
  options: CMA_TACTICS,
  init(tactics, space) {
    const { dimensions } = spaceFor(space, 'cma-es', MOST)
    return cmaState(tactics, dimensions, dimensions > MOST_FULL)
  },
  search: { ...cmaSearch, most: MOST },
})
