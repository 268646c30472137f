/** Networks of the arena singular-values with seeded random weights, adapters that change them, and examples for them. */
import { decompose, genomeLength, type Change, type Form } from '../../src/arenas/singular-values/model/decompose.ts'
import { linearsOf, type BaseMatrix, type FashionNetwork, type Linear, type Network, type Norm, type SumsNetwork, type SumsShape } from '../../src/arenas/singular-values/model/network.ts' // prettier-ignore
import type { Adapter, Examples, Matrix } from '../../src/arenas/singular-values/model/shape.ts'
import { rng, type Rng } from '../../src/core/rng.ts'
import { normal } from './shapes-dit.ts'

export const SMALL_SUMS: SumsShape = { vocabulary: 15, context: 7, width: 32, layers: 2, heads: 2, hidden: 64 }
/** What is shipped. */
export const REAL_SUMS: SumsShape = { vocabulary: 15, context: 8, width: 128, layers: 4, heads: 4, hidden: 512 }

const floats = (random: Rng, length: number, scale: number, mean = 0): Float32Array =>
  Float32Array.from({ length }, () => mean + scale * normal(random))

const matrix = (random: Rng, rows: number, columns: number, scale: number): Matrix => ({
  rows,
  columns,
  values: floats(random, rows * columns, scale),
})

const base = (random: Rng, rows: number, columns: number, scale: number): BaseMatrix => ({
  ...matrix(random, rows, columns, scale),
  quantised: null,
})

const linear = (random: Rng, name: string, rows: number, columns: number): Linear => ({
  name,
  weight: base(random, rows, columns, columns ** -0.5),
  bias: floats(random, rows, 0.1),
})

/** Weights about as large as trained ones; at `f32`. */
export function randomSums(shape: SumsShape, seed: number): SumsNetwork {
  const random = rng(seed)
  const { vocabulary, context, width, layers, hidden } = shape
  const norm = (): Norm => ({ gain: floats(random, width, 0.2, 1), bias: floats(random, width, 0.1) })
  return {
    kind: 'sums',
    precision: 'f32',
    shape,
    vocabulary: '0123456789+-*/%=abcdefgh'.slice(0, vocabulary),
    embedding: matrix(random, vocabulary, width, 0.3),
    position: matrix(random, context, width, 0.2),
    layers: Array.from({ length: layers }, (_, layer) => {
      const at = `layers.${layer}`
      return {
        norm1: norm(),
        query: linear(random, `${at}.attention.query`, width, width),
        key: linear(random, `${at}.attention.key`, width, width),
        value: linear(random, `${at}.attention.value`, width, width),
        output: linear(random, `${at}.attention.output`, width, width),
        norm2: norm(),
        up: linear(random, `${at}.feed.up`, hidden, width),
        down: linear(random, `${at}.feed.down`, width, hidden),
      }
    }),
    norm: norm(),
  }
}

export function randomFashion(classes: number, pixels: number, seed: number): FashionNetwork {
  const random = rng(seed)
  return { kind: 'fashion', precision: 'f32', base: linear(random, 'base', classes, pixels) }
}

/** Adapters of a rank for the layers that pass, as if training had changed a tenth; those of pictures are whole. */
export function randomAdapters(
  network: Network,
  { rank = 4, form = 'factors', alpha = 1, seed = 1, adapted = (name: string) => /attention|base/.test(name) }: {
    readonly rank?: number
    readonly form?: Form
    readonly alpha?: number
    readonly seed?: number
    readonly adapted?: (name: string) => boolean
  } = {},
): readonly Adapter[] {
  const random = rng(seed)
  const changes = linearsOf(network)
    .filter(({ name }) => adapted(name))
    .map(({ name, weight: { rows, columns } }): Change => {
      if (network.kind === 'fashion') return { name, delta: matrix(random, rows, columns, 0.3 * columns ** -0.5) }
      const a = matrix(random, rank, columns, columns ** -0.5)
      return { name, a, b: matrix(random, rows, rank, 0.5 * rank ** -0.5) }
    })
  return decompose(changes, form, alpha)
} // prettier-ignore

/** Genomes of so many members, one after another; the first changes nothing. */
export function randomGenomes(adapters: readonly Adapter[], members: number, seed: number): Float32Array {
  const random = rng(seed)
  const length = genomeLength(adapters)
  return floats(random, members * length, 0.5).map((value, at) => (at < length ? 0 : value))
}

export function randomExamples(network: Network, count: number, seed: number, places = 6, answers = 3): Examples {
  const random = rng(seed)
  if (network.kind === 'fashion') {
    const { rows, columns } = network.base.weight
    const inputs = Float32Array.from({ length: count * columns }, () => random.unit())
    return { count, inputs, targets: Int32Array.from({ length: count }, () => random.int(rows)) }
  }
  const token = () => random.int(network.shape.vocabulary)
  const inputs = Int32Array.from({ length: count * places }, token)
  return { count, inputs, targets: Int32Array.from({ length: count * answers }, token) }
}
