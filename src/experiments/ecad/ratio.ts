/** How many times another's error an error is, with an interval over pictures; and what may be said of it. */
import type { Interval } from '../../core/intervals.ts'
import { deriveSeed, rng } from '../../core/rng.ts'

/** Errors of the same pictures, one way and another. */
export interface Pair {
  readonly one: readonly number[]
  readonly other: readonly number[]
}

const RESAMPLES = 2000

/**
 * Mean error over mean error, of all pairs together. Pictures are drawn again, each with what every pair (a seed's) says of it:
 * seeds share their pictures, so that many seeds do not make up for few pictures. The interval is of 95 %.
 */
export function ratioOf(pairs: readonly Pair[], label: string): Interval {
  const count = pairs[0]?.one.length ?? 0
  const sumAt = (side: keyof Pair) =>
    Float64Array.from({ length: count }, (_, at) => pairs.reduce((sum, pair) => sum + (pair[side][at] ?? 0), 0))
  const [ones, others] = [sumAt('one'), sumAt('other')]
  const quotient = (pick: (at: number) => number): number => {
    let [one, other] = [0, 0]
    for (let i = 0; i < count; i++) {
      // One draw for both: they are of the same picture.
      const picture = pick(i)
      one += ones[picture] ?? 0
      other += others[picture] ?? 0
    }
    return one / other
  }
  const mean = quotient((at) => at)
  if (count < 2) return { mean, low: mean, high: mean }
  const random = rng(deriveSeed('ratio', label))
  const drawn = Array.from({ length: RESAMPLES }, () => quotient(() => random.int(count))).sort((x, y) => x - y)
  const at = (share: number) => drawn[Math.floor(share * RESAMPLES)] ?? mean
  return { mean, low: at(0.025), high: at(0.975) }
}

export type Verdict = 'better' | 'worse' | 'open'

/** Where the interval holds 1, nothing is shown. */
export const verdictOf = ({ low, high }: Interval): Verdict => (high < 1 ? 'better' : low > 1 ? 'worse' : 'open')
