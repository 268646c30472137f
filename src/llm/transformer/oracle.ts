/**
 * The transformer as a textbook has it (Vaswani et al. 2017, with the norms first): one token at a time, 64-bit numbers, no
 * tricks. Fast engines are checked against it; it also runs where there is no WebAssembly SIMD.
 *
 *     x      = embedding[token] + position[place]
 *     x     += output(attention(norm1(x)))        for each layer
 *     x     += down(relu(up(norm2(x))))
 *     logits = embedding . norm(x)
 */
import { exp } from '../../core/exact.ts'
import type { Feed, Network } from './network.ts'
import { EPSILON, type Layer, type Linear, type Matrix, type Norm, type Weights } from './weights.ts'

type Vector = Float64Array

/** What a sequence has read: for each layer, a key and a value for each place. */
interface Memory {
  readonly keys: Vector[]
  readonly values: Vector[]
}

export class Oracle implements Network {
  readonly slots: number
  readonly stride: number
  readonly #weights: Weights
  /** By slot, then by layer. */
  readonly #memories: readonly (readonly Memory[])[]
  readonly #logits: Float32Array

  constructor(weights: Weights, slots: number) {
    this.slots = slots
    this.stride = weights.shape.vocabulary
    this.#weights = weights
    this.#memories = Array.from({ length: slots }, () => weights.layers.map(() => ({ keys: [], values: [] })))
    this.#logits = new Float32Array(slots * this.stride)
  }

  read({ count, slots, positions, tokens }: Feed): void {
    for (let at = 0; at < count; at++) this.#describe(slots[at]!, positions[at]!, tokens[at]!)
  }

  next({ count, slots, positions, tokens }: Feed): Float32Array {
    const { embedding, norm } = this.#weights
    for (let at = 0; at < count; at++) {
      const x = normed(norm, this.#describe(slots[at]!, positions[at]!, tokens[at]!))
      this.#logits.set(product(embedding, x), at * this.stride)
    }
    return this.#logits
  }

  /** What a token means at its place, after all that its slot has read before. */
  #describe(slot: number, place: number, token: number): Vector {
    const { embedding, position, layers, shape } = this.#weights
    const x = sum(rowOf(embedding, token), rowOf(position, place))
    layers.forEach((layer, at) => {
      add(x, attention(layer, normed(layer.norm1, x), this.#memories[slot]![at]!, place, shape.heads))
      add(x, linear(layer.feed.down, linear(layer.feed.up, normed(layer.norm2, x)).map(relu)))
    })
    return x
  }
}

/** Looks back over all places up to this one: a mean of their values, weighted by how well their keys fit the query. */
function attention({ attention: part }: Layer, x: Vector, memory: Memory, place: number, heads: number): Vector {
  const query = linear(part.query, x)
  memory.keys[place] = linear(part.key, x)
  memory.values[place] = linear(part.value, x)
  const size = query.length / heads
  const seen = new Float64Array(query.length)
  for (let head = 0; head < heads; head++) {
    const from = head * size
    const scores = new Float64Array(place + 1)
    for (let then = 0; then <= place; then++) {
      const key = memory.keys[then]!
      let fit = 0
      for (let i = from; i < from + size; i++) fit += query[i]! * key[i]!
      scores[then] = fit / Math.sqrt(size)
    }
    const shares = softmax(scores)
    for (let then = 0; then <= place; then++) {
      const value = memory.values[then]!
      for (let i = from; i < from + size; i++) seen[i]! += shares[then]! * value[i]!
    }
  }
  return linear(part.output, seen)
}

function softmax(scores: Vector): Vector {
  const most = scores.reduce((x, y) => Math.max(x, y), -Infinity)
  const weights = scores.map((score) => exp(score - most))
  const total = weights.reduce((x, y) => x + y, 0)
  return weights.map((weight) => weight / total)
}

/** Shifted and scaled to mean 0 and variance 1, then each number by its own gain and bias (Ba et al. 2016). */
function normed({ gain, bias }: Norm, x: Vector): Vector {
  const mean = x.reduce((total, value) => total + value, 0) / x.length
  const variance = x.reduce((total, value) => total + (value - mean) * (value - mean), 0) / x.length
  const root = Math.sqrt(variance + EPSILON)
  return x.map((value, at) => ((value - mean) / root) * gain[at]! + bias[at]!)
}

const relu = (x: number): number => Math.max(0, x)

function linear({ weight, bias }: Linear, x: Vector): Vector {
  return product(weight, x).map((value, at) => value + bias[at]!)
}

function product({ rows, columns, values }: Matrix, x: Vector): Vector {
  const y = new Float64Array(rows)
  for (let row = 0; row < rows; row++) {
    let total = 0
    for (let column = 0; column < columns; column++) total += values[row * columns + column]! * x[column]!
    y[row] = total
  }
  return y
}

const rowOf = ({ columns, values }: Matrix, row: number): Float32Array =>
  values.subarray(row * columns, (row + 1) * columns)

const sum = (one: Float32Array, other: Float32Array): Vector =>
  Float64Array.from(one, (value, at) => value + other[at]!)

function add(x: Vector, change: Vector): void {
  for (let at = 0; at < x.length; at++) x[at]! += change[at]!
}
