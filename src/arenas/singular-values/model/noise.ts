/**
 * Whole weights moved along random directions, as EGGROLL has them (Sarkar et al. 2025, arXiv 2511.16652). Direction k adds to every matrix W of
 * the network, m x n, a product of two thin matrices of standard normal numbers,
 *
 *     W += c_k * unit * A_k B_k' / sqrt(r),     A_k: m x r, B_k: n x r
 *
 * so that a genome is the numbers c_k alone: what of each direction was gone. Noise is not kept but made again from its place (`src/core/counter.ts`):
 * key of the world, direction, matrix, number. Each of a direction's entries has mean 0 and variance 1, entries of different directions have nothing to do
 * with each other; so the root of the sum of all c_k^2 is how far a weight has gone, in units.
 *
 * B's numbers are rounded to multiples of 2^-16, and what each row takes of them, c_k * unit * A_k / sqrt(r), to multiples of 2^-30. Then sums of
 * products are exact in 64 bits (below 2^7), in whatever order: a member's weights follow from its genome alone, however they were come by.
 */
import { fillCounterNormal } from '../../../core/counter.ts'
import { linearsOf, withLinears, type Network } from './network.ts'

export interface Noise {
  /** Which noise: a whole number of 32 bits. */
  readonly key: number
  /** r: 1 and more. */
  readonly rank: number
  /** Numbers of a genome. */
  readonly directions: number
}

/** The noise of a direction for one matrix: A row by row (m x r), B row by row (n x r). */
export interface ThinPair {
  readonly a: Float64Array
  readonly b: Float64Array
}

const B_GRID = 2 ** 16
const A_GRID = 2 ** 30

/** `matrix` counts linear layers in the order of `linearsOf`. */
export function factorsOf({ key, rank }: Noise, direction: number, matrix: number, rows: number, columns: number): ThinPair {
  const numbers = fillCounterNormal(new Float64Array((rows + columns) * rank), key, direction, matrix)
  const b = numbers.subarray(rows * rank)
  for (let at = 0; at < b.length; at++) b[at] = Math.round(b[at]! * B_GRID) / B_GRID
  return { a: numbers.subarray(0, rows * rank), b }
} // prettier-ignore

/** What a row takes of a direction's B: `scale` is c_k * unit / sqrt(r). */
export const shareOf = (scale: number, a: number): number => Math.round(scale * a * A_GRID) / A_GRID

/** The root of the mean square of all weights of linear layers: what an offset of 1 is told in. */
export function unitOf(network: Network): number {
  let [sum, count] = [0, 0]
  for (const { weight } of linearsOf(network)) {
    for (const value of weight.values) sum += value * value
    count += weight.values.length
  }
  return Math.sqrt(sum / count)
}

/** The oracle: the network of a genome by the formula, without the grid of A, in 64 bits until the weights are rounded to 32. */
export function noisy(network: Network, noise: Noise, genome: ArrayLike<number>): Network {
  const unit = unitOf(network)
  let matrix = 0
  return withLinears(network, 'f32', (linear) => {
    const { rows, columns, values } = linear.weight
    const sums = Float64Array.from(values)
    for (let k = 0; k < genome.length; k++) {
      if (genome[k] === 0) continue
      const { a, b } = factorsOf(noise, k, matrix, rows, columns)
      const scale = (genome[k]! * unit) / Math.sqrt(noise.rank)
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < columns; column++)
          for (let j = 0; j < noise.rank; j++)
            sums[row * columns + column]! += scale * a[row * noise.rank + j]! * b[column * noise.rank + j]!
    }
    matrix++
    return { ...linear, weight: { rows, columns, values: Float32Array.from(sums), quantised: null } }
  })
}
