/** Samples of a search as wide as it is, to see how differently they answer: round about, for the covariance stays with the strategy. */
import { fillNormal } from '../../core/normal.ts'
import { rng } from '../../core/rng.ts'
import { LIMIT, type Offsets } from './genome.ts'
import type { World } from './options.ts'

const SAMPLES = 3

/**
 * Around a mean, with steps of `sigma` coordinates of `step` offsets each; the same samples every time. Where all weights are moved each goes
 * along a direction of its own, the last ones.
 */
export function samplesOf(mean: Offsets, sigma: number, { step, directions }: Pick<World, 'step' | 'directions'>): readonly Offsets[] {
  const random = rng(1)
  return Array.from({ length: SAMPLES }, (_, sample) => {
    const noise = directions > 0 ? alone(mean.length, mean.length - 1 - sample) : fillNormal(new Float64Array(mean.length), random)
    return mean.map((offset, at) => step * Math.min(LIMIT, Math.max(-LIMIT, offset / step + sigma * (noise[at] ?? 0))))
  })
} // prettier-ignore

const alone = (length: number, at: number): Float64Array => Float64Array.from({ length }, (_, i) => (i === at ? 1 : 0))
