/** Samples of a search as wide as it is, to see how differently they answer: round about, for the covariance stays with the strategy. */
import { fillNormal } from '../../core/normal.ts'
import { rng } from '../../core/rng.ts'
import { LIMIT, type Offsets } from './genome.ts'

const SAMPLES = 3

/** Around a mean, with steps of `sigma` coordinates of `step` offsets each; the same samples every time. */
export function samplesOf(mean: Offsets, sigma: number, step: number): readonly Offsets[] {
  const random = rng(1)
  return Array.from({ length: SAMPLES }, () => {
    const noise = fillNormal(new Float64Array(mean.length), random)
    return mean.map((offset, at) => step * Math.min(LIMIT, Math.max(-LIMIT, offset / step + sigma * (noise[at] ?? 0))))
  })
}
