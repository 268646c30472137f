/**
 * The networks as a textbook has them: one example at a time, 64-bit numbers, no tricks. Fast engines are checked against this.
 *
 *     fashion:  logits = base(x)
 *     sums:     x      = embedding[token] + position[place]
 *               x     += output(attention(norm1(x)))        for each layer
 *               x     += down(relu(up(norm2(x))))
 *               logits = embedding . norm(x)
 *
 * A layer that is adapted gives W0 x + U diag(sB) M diag(sA) V x + b. Answers are read off the last places: the logits of the place
 * before a token tell what it is to be.
 */
import { exp } from '../../../core/exact.ts'
import { memberValues } from './decompose.ts'
import { EPSILON, outputsOf, type Layer, type Linear, type Network, type Norm, type SumsNetwork } from './network.ts'
import { baseProduct } from './quantise.ts'
import type { Adapter, Examples, Matrix } from './shape.ts'

type Vector = Float64Array

/** An adapter with a member's singular values. */
interface Fitted {
  readonly adapter: Adapter
  readonly sA: Float32Array
  readonly sB: Float32Array
}
type Member = ReadonlyMap<string, Fitted>

/** One member's numbers, [example][answer][class or token]. */
export function logits(
  network: Network,
  adapters: readonly Adapter[],
  genome: ArrayLike<number>,
  { count, inputs, targets }: Examples,
): Float64Array {
  const member = memberOf(adapters, genome)
  const places = inputs.length / count
  const answers = targets.length / count
  const outputs = outputsOf(network)
  const all = new Float64Array(count * answers * outputs)
  for (let example = 0; example < count; example++) {
    const own = inputs.subarray(example * places, (example + 1) * places)
    const found =
      network.kind === 'fashion'
        ? [linear(network.base, member, Float64Array.from(own))]
        : decode(network, member, own, answers)
    found.forEach((one, answer) => all.set(one, (example * answers + answer) * outputs))
  }
  return all
}

/** The first of the largest of each `outputs` numbers. */
export function answersOf(numbers: ArrayLike<number>, outputs: number): Uint8Array {
  const answers = new Uint8Array(numbers.length / outputs)
  for (let at = 0; at < answers.length; at++) {
    let best = 0
    for (let i = 1; i < outputs; i++) if (numbers[at * outputs + i]! > numbers[at * outputs + best]!) best = i
    answers[at] = best
  }
  return answers
}

function memberOf(adapters: readonly Adapter[], genome: ArrayLike<number>): Member {
  const values = memberValues(adapters, genome)
  let from = 0
  return new Map(
    adapters.map((adapter) => {
      const { rank } = adapter
      from += 2 * rank
      return [adapter.name, { adapter, sA: values.subarray(from - 2 * rank, from - rank), sB: values.subarray(from - rank, from) }] // prettier-ignore
    }),
  )
}

function linear({ name, weight, bias }: Linear, member: Member, x: Vector): Vector {
  const y = sum(baseProduct(weight, x), bias)
  const fitted = member.get(name)
  if (fitted === undefined) return y
  const { adapter, sA, sB } = fitted
  const seen = product(adapter.v, x).map((value, i) => value * sA[i]!)
  const between = product(adapter.m, seen).map((value, i) => value * sB[i]!)
  return sum(y, product(adapter.u, between))
}

/** Logits of the last `answers` places. */
function decode(network: SumsNetwork, member: Member, tokens: ArrayLike<number>, answers: number): readonly Vector[] {
  const { embedding, position, layers, norm, shape } = network
  let rows = Array.from(tokens, (token, place) => sum(rowOf(embedding, token), rowOf(position, place)))
  for (const layer of layers) {
    const seen = attention(layer, member, rows.map((x) => normed(layer.norm1, x)), shape.heads) // prettier-ignore
    rows = rows.map((x, place) => sum(x, linear(layer.output, member, seen[place]!)))
    rows = rows.map((x) => sum(x, linear(layer.down, member, linear(layer.up, member, normed(layer.norm2, x)).map(relu)))) // prettier-ignore
  }
  return rows.slice(rows.length - answers).map((x) => product(embedding, normed(norm, x)))
}

/** Each place looks back over all places up to its own: a mean of their values, weighted by how well their keys fit its query. */
function attention({ query, key, value }: Layer, member: Member, rows: readonly Vector[], heads: number): Vector[] {
  const [queries, keys, values] = [query, key, value].map((one) => rows.map((x) => linear(one, member, x))) as [Vector[], Vector[], Vector[]] // prettier-ignore
  return queries.map((asked, place) => {
    const size = asked.length / heads
    const seen = new Float64Array(asked.length)
    for (let from = 0; from < asked.length; from += size) {
      const scores = Float64Array.from(keys.slice(0, place + 1), (one) => {
        let fit = 0
        for (let i = from; i < from + size; i++) fit += asked[i]! * one[i]!
        return fit / Math.sqrt(size)
      })
      softmax(scores).forEach((share, then) => {
        for (let i = from; i < from + size; i++) seen[i]! += share * values[then]![i]!
      })
    }
    return seen
  })
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

function product({ rows, columns, values }: Matrix, x: Vector): Vector {
  const y = new Float64Array(rows)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) y[row]! += values[row * columns + column]! * x[column]!
  return y
}

const rowOf = ({ columns, values }: Matrix, row: number): Float32Array =>
  values.subarray(row * columns, (row + 1) * columns)

const sum = (one: ArrayLike<number>, other: ArrayLike<number>): Vector =>
  Float64Array.from({ length: one.length }, (_, at) => one[at]! + other[at]!)
