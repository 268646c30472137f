/** Numbers of a handful of repeats. */

/** The middle one, or the mean of the two in the middle. Not of an empty list. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

/** Half the range between the quartiles, as a share of the median: how far repeats lie apart. */
export function spread(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y)
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!
  return (at(0.75) - at(0.25)) / 2 / median(values)
}

/** The median of the ratios of what was measured side by side. */
export const ratio = (ours: readonly number[], theirs: readonly number[]): number =>
  median(ours.map((value, at) => value / theirs[at]!))

export interface Estimate {
  readonly mean: number
  /** Standard error of the mean; NaN for fewer than two values. */
  readonly error: number
}

export function meanOf(values: readonly number[]): Estimate {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, error: values.length < 2 ? NaN : Math.sqrt(squares / (values.length - 1) / values.length) }
}

/** First less second, pair by pair: what the pairs have in common does not blur it. */
export const differences = (pairs: readonly (readonly [number, number])[]): number[] => pairs.map(([x, y]) => x - y)

/** Pearson's correlation of two lists as long; NaN where one of them does not vary. */
export function pearson(xs: readonly number[], ys: readonly number[]): number {
  const [x, y] = [meanOf(xs).mean, meanOf(ys).mean]
  let [both, ofX, ofY] = [0, 0, 0]
  xs.forEach((value, at) => {
    const [dx, dy] = [value - x, ys[at]! - y]
    both += dx * dy
    ofX += dx * dx
    ofY += dy * dy
  })
  return both / Math.sqrt(ofX * ofY)
}
