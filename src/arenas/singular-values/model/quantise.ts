/**
 * How numbers of the base are rounded, and the products of whole numbers that come of it. One rule for all engines:
 *
 * - `f16`: each weight of a linear layer is the nearest number of 16 bits (IEEE 754 binary16, ties to even).
 * - `int8`: a scale for each row, its largest absolute weight / 127; weights are whole numbers -127..127 times it.
 * - `int4`: a scale for each 32 numbers of a row, their largest absolute weight / 7; whole numbers -7..7 times it.
 * - At both, what goes into a linear layer is -127..127 times a scale as well, one for each row: its largest absolute number / 127.
 *   It is multiplied by 127 / largest, not divided, in 32 bits: one division a row.
 * - Rounding is to the nearest, halves away from nothing. A scale of all zeros is 0.
 *
 * Sums of products of whole numbers are exact: below 127 * 127 * 1024 < 2^24, so 32-bit floats count them as well as integers do.
 * Source: W8A8 with scales for each channel and each token, as in Xiao et al. 2023 (SmoothQuant), table 2.
 */
import { withLinears, type BaseMatrix, type Linear, type Network, type Quantised } from './network.ts'
import type { Matrix, Precision } from './shape.ts'

/** Largest whole number of what goes in, and of an 8-bit weight. */
export const MOST_8 = 127
export const MOST_4 = 7
/** Weights of a row that share a scale at `int4`. */
export const GROUP = 32

/** To the nearest whole number, halves away from nothing; in 32-bit arithmetic, as kernels do it. */
export const nearest = (x: number): number => Math.sign(x) * Math.floor(Math.fround(Math.abs(x) + 0.5))

/** The nearest number of 16 bits, ties to even; Infinity beyond 65,504. */
export function toHalf(x: number): number {
  const size = Math.abs(x)
  // 2^-24 apart below 2^-14, above that 11 bits; adding and taking away what makes the rest unseen rounds as IEEE 754 does.
  const magic = size < 2 ** -14 ? 2 ** 28 : powerAbove(size) * 2 ** 42
  const rounded = size + magic - magic
  return Math.sign(x) * (rounded > 65_504 ? Infinity : rounded)
}

/** The largest power of 2 that is not above x. */
function powerAbove(x: number): number {
  let power = 2 ** -14
  while (power * 2 <= x && power < 2 ** 17) power *= 2
  return power
}

/** The network as it is kept at a precision; from one of `f32`. */
export const atPrecision = (network: Network, precision: Precision): Network =>
  withLinears(network, precision, (linear): Linear => ({ ...linear, weight: rounded(linear.weight, precision) }))

export function rounded(matrix: Matrix, precision: Precision): BaseMatrix {
  const { rows, columns, values } = matrix
  if (precision === 'f32') return { rows, columns, values, quantised: null }
  if (precision === 'f16') return { rows, columns, values: values.map(toHalf), quantised: null }
  const quantised = precision === 'int8' ? quantise(matrix, columns, MOST_8) : quantise(matrix, GROUP, MOST_4)
  return { rows, columns, values: dequantised(quantised, columns), quantised }
}

/** Columns in groups; the last of a row may be shorter. */
function quantise({ rows, columns, values }: Matrix, group: number, most: number): Quantised {
  const groups = Math.ceil(columns / group)
  const whole = new Int8Array(rows * columns)
  const scales = new Float32Array(rows * groups)
  for (let row = 0; row < rows; row++)
    for (let at = 0; at < groups; at++) {
      const from = row * columns + at * group
      const part = values.subarray(from, Math.min(from + group, (row + 1) * columns))
      const { scale, inverse } = scaleOf(part, most)
      scales[row * groups + at] = scale
      part.forEach((value, i) => (whole[from + i] = nearest(Math.fround(value * inverse))))
    }
  return { most, whole, group, scales }
}

function dequantised({ whole, group, scales }: Quantised, columns: number): Float32Array {
  const groups = Math.ceil(columns / group)
  return Float32Array.from(
    whole,
    (value, at) => value * scales[Math.floor(at / columns) * groups + Math.floor((at % columns) / group)]!,
  )
}

function scaleOf(values: ArrayLike<number>, most: number): { readonly scale: number; readonly inverse: number } {
  let largest = 0
  for (let at = 0; at < values.length; at++) largest = Math.max(largest, Math.abs(values[at]!))
  largest = Math.fround(largest)
  return { scale: Math.fround(largest / most), inverse: largest === 0 ? 0 : Math.fround(most / largest) }
}

/** What goes into a layer as whole numbers -127..127, and their scale. */
export function wholeNumbers(x: ArrayLike<number>): { readonly whole: Int8Array; readonly scale: number } {
  const { scale, inverse } = scaleOf(x, MOST_8)
  return { whole: Int8Array.from(x, (value) => nearest(Math.fround(Math.fround(value) * inverse))), scale }
}

/** Exact sums of products, rows x groups: what every engine has to come to, from the same whole numbers. */
export function accumulators({ whole, group }: Quantised, x: Int8Array): Int32Array {
  const columns = x.length
  const rows = whole.length / columns
  const groups = Math.ceil(columns / group)
  const sums = new Int32Array(rows * groups)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      sums[row * groups + Math.floor(column / group)]! += whole[row * columns + column]! * x[column]!
  return sums
}

/** W x at the matrix's precision, without a bias. */
export function baseProduct({ rows, columns, values, quantised }: BaseMatrix, x: Float64Array): Float64Array {
  const y = new Float64Array(rows)
  if (quantised === null) {
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) y[row]! += values[row * columns + column]! * x[column]!
    return y
  }
  const { whole, scale } = wholeNumbers(x)
  const sums = accumulators(quantised, whole)
  const groups = sums.length / rows
  for (let at = 0; at < sums.length; at++) y[Math.floor(at / groups)]! += sums[at]! * quantised.scales[at]! * scale
  return y
}
