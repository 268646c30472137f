/** The shape of a distribution: a covariance matrix, kept as its lower triangle row by row, or its diagonal alone. */
import { eigenOf } from './eigen.ts'

/** What a covariance does to vectors. */
export interface Axes {
  /** `z` with independent standard normal numbers to a vector of this covariance. */
  stretched(z: Float64Array): Float64Array
  /** C^(-1/2) y. */
  whitened(y: Float64Array): Float64Array
  /** Roots of the eigenvalues, longest first. */
  readonly lengths: readonly number[]
}

/** Axes shorter than this share of the longest count as this long: rounding says no more about them. */
const SHORTEST = 1e-7

const known = new WeakMap<readonly number[], Axes>()

/** A function of the matrix alone; remembered, for decomposing takes about 9 n^3 steps. */
export function axesOf(dimensions: number, covariance: readonly number[], diagonal: boolean): Axes {
  const before = known.get(covariance)
  if (before !== undefined) return before
  const axes = diagonal ? diagonalAxes(covariance) : fullAxes(dimensions, covariance)
  known.set(covariance, axes)
  return axes
}

function rootsOf(values: ArrayLike<number>): Float64Array {
  const roots = Float64Array.from(values, (value) => Math.sqrt(Math.max(0, value)))
  const least = SHORTEST * roots.reduce((most, root) => Math.max(most, root), 0)
  return roots.map((root) => Math.max(root, least))
}

function diagonalAxes(covariance: readonly number[]): Axes {
  const roots = rootsOf(covariance)
  return {
    stretched: (z) => z.map((value, i) => value * (roots[i] ?? 0)),
    whitened: (y) => y.map((value, i) => value / (roots[i] ?? 1)),
    lengths: [...roots].sort((x, y) => y - x),
  }
}

function fullAxes(n: number, covariance: readonly number[]): Axes {
  const { values, vectors } = eigenOf(n, covariance)
  const roots = rootsOf(values)
  /** B x: a vector told by the axes in the space's own dimensions. */
  const outOf = (x: Float64Array) =>
    Float64Array.from({ length: n }, (_, i) => {
      let sum = 0
      for (let k = 0; k < n; k++) sum += (vectors[i * n + k] ?? 0) * (x[k] ?? 0)
      return sum
    })
  /** B' y: the other way. */
  const into = (y: Float64Array) => {
    const told = new Float64Array(n)
    for (let i = 0; i < n; i++) {
      const value = y[i] ?? 0
      for (let k = 0; k < n; k++) told[k] = (told[k] ?? 0) + (vectors[i * n + k] ?? 0) * value
    }
    return told
  }
  return {
    stretched: (z) => outOf(z.map((value, k) => value * (roots[k] ?? 0))),
    whitened: (y) => outOf(into(y).map((value, k) => value / (roots[k] ?? 1))),
    lengths: [...roots].sort((x, y) => y - x),
  }
}

/** No direction longer than any other: the unit matrix. */
export function unitCovariance(dimensions: number, diagonal: boolean): number[] {
  if (diagonal) return Array.from({ length: dimensions }, () => 1)
  const lower: number[] = []
  for (let i = 0; i < dimensions; i++) for (let j = 0; j <= i; j++) lower.push(i === j ? 1 : 0)
  return lower
}

/** The mean variance over all directions. */
export function meanVariance(dimensions: number, covariance: readonly number[], diagonal: boolean): number {
  let sum = 0
  for (let i = 0; i < dimensions; i++) sum += covariance[diagonal ? i : (i * (i + 3)) / 2] ?? 0
  return sum / dimensions
}

/** keep * C + the sum of weights[k] times vectors[k] vectors[k]'. */
export function updated(
  dimensions: number,
  covariance: readonly number[],
  diagonal: boolean,
  keep: number,
  vectors: readonly Float64Array[],
  weights: readonly number[],
): number[] {
  const next = Float64Array.from(covariance, (value) => keep * value)
  for (const [k, vector] of vectors.entries()) {
    const weight = weights[k] ?? 0
    if (weight === 0) continue
    for (let i = 0, at = 0; i < dimensions; i++) {
      const scaled = weight * (vector[i] ?? 0)
      if (diagonal) next[i] = (next[i] ?? 0) + scaled * (vector[i] ?? 0)
      else for (let j = 0; j <= i; j++, at++) next[at] = (next[at] ?? 0) + scaled * (vector[j] ?? 0)
    }
  }
  return [...next]
}
