/** The layers that the oracle is made of, in 64-bit numbers: rows of `width` numbers one after another. */
import { exp, tanh } from '../../../core/exact.ts'
import { HEADS, type DitWeights } from './shape.ts'
import { tensor } from './weights.ts'

export type Rows = Float64Array
/** Added to the variance before the root is taken. */
export const EPSILON = 1e-6

export const sum = (x: Rows, y: ArrayLike<number>): Rows => x.map((value, i) => value + (y[i] ?? 0))

/** y = W x + b, for every row. */
export function linear(weights: DitWeights, name: string, x: Rows): Rows {
  const weight = tensor(weights, `${name}.weight`)
  const bias = tensor(weights, `${name}.bias`)
  const out = bias.length
  const into = weight.length / out
  const rows = x.length / into
  const y = new Float64Array(rows * out)
  for (let row = 0; row < rows; row++)
    for (let o = 0; o < out; o++) {
      let total = bias[o]!
      for (let i = 0; i < into; i++) total += weight[o * into + i]! * x[row * into + i]!
      y[row * out + o] = total
    }
  return y
}

/** Every row shifted and scaled to mean 0 and variance 1 (Ba et al. 2016), without gain and bias. */
export function norm(x: Rows, width: number): Rows {
  const y = new Float64Array(x.length)
  for (let from = 0; from < x.length; from += width) {
    let mean = 0
    for (let i = from; i < from + width; i++) mean += x[i]!
    mean /= width
    let variance = 0
    for (let i = from; i < from + width; i++) variance += (x[i]! - mean) ** 2
    const scale = 1 / Math.sqrt(variance / width + EPSILON)
    for (let i = from; i < from + width; i++) y[i] = (x[i]! - mean) * scale
  }
  return y
}

/** Attention of queries to keys and values (Vaswani et al. 2017), all rows of one picture; `size` numbers a row. */
export function attend(queries: Rows, keys: Rows, values: Rows, width: number): Rows {
  const size = width / HEADS
  const count = keys.length / width
  const seen = new Float64Array(queries.length)
  for (let row = 0; row < queries.length / width; row++)
    for (let head = 0; head < HEADS; head++) {
      const scores = new Float64Array(count)
      for (let key = 0; key < count; key++) {
        let fit = 0
        for (let i = head * size; i < (head + 1) * size; i++) fit += queries[row * width + i]! * keys[key * width + i]!
        scores[key] = fit / Math.sqrt(size)
      }
      const most = Math.max(...scores)
      const shares = scores.map((score) => exp(score - most))
      const total = shares.reduce((x, y) => x + y, 0)
      for (let key = 0; key < count; key++)
        for (let i = head * size; i < (head + 1) * size; i++)
          seen[row * width + i]! += (shares[key]! / total) * values[key * width + i]!
    }
  return seen
}

/** A whole attention layer: queries from x, keys and values from `source`. */
export function attention(weights: DitWeights, name: string, x: Rows, source: Rows): Rows {
  const [queries, keys, values] = [linear(weights, `${name}.query`, x), linear(weights, `${name}.key`, source), linear(weights, `${name}.value`, source)] // prettier-ignore
  return linear(weights, `${name}.output`, attend(queries, keys, values, weights.shape.width))
}

/** The tanh form of GELU (Hendrycks and Gimpel 2016). */
export const gelu = (x: number): number => 0.5 * x * (1 + tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)))
