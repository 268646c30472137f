/** Two samples of a search as wide as it is now, to see how differently they answer: round about, for the covariance stays with the strategy. */
import type { Options } from '../../../core/options.ts'
import { fillNormal } from '../../../core/normal.ts'
import { rng } from '../../../core/rng.ts'
import type { SearchView } from '../../../engine/protocol.ts'
import { LIMIT, type Offsets } from '../genome.ts'
import { worldOf } from '../options.ts'

const SAMPLES = 2

export function samplesOf(mean: Offsets, { sigma }: Pick<SearchView, 'sigma'>, options: Options): readonly Offsets[] {
  const { step } = worldOf(options)
  const random = rng(1)
  return Array.from({ length: SAMPLES }, () => {
    const noise = fillNormal(new Float64Array(mean.length), random)
    return mean.map((offset, at) => step * Math.min(LIMIT, Math.max(-LIMIT, offset / step + sigma * (noise[at] ?? 0))))
  })
}
