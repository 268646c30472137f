/**
 * The two networks of the arena, frozen: a linear classifier of small pictures (ESSA's own toy, arXiv 2507.04453, appendix E), and a
 * decoder that adds numbers. What may be adapted, and what of them is rounded, are their linear layers.
 */
import type { Matrix, Precision } from './shape.ts'

/** A matrix as small whole numbers times scales. */
export interface Quantised {
  /** Largest absolute value: 127 or 7. */
  readonly most: number
  /** rows x columns. */
  readonly whole: Int8Array
  /** Numbers of a row that share a scale. */
  readonly group: number
  /** rows x groups, a row's one after another. */
  readonly scales: Float32Array
}

/** Values are those that its precision leaves: rounded to half, or whole numbers times their scales. */
export interface BaseMatrix extends Matrix {
  /** Null at `f32` and `f16`. Where it is there, what goes into the layer is made whole numbers too. */
  readonly quantised: Quantised | null
}

/** y = W x + b. */
export interface Linear {
  /** As adapters call it, e.g. `layers.0.attention.query`. */
  readonly name: string
  readonly weight: BaseMatrix
  readonly bias: Float32Array
}

export interface FashionNetwork {
  readonly kind: 'fashion'
  readonly precision: Precision
  /** classes x pixels, called `base`. */
  readonly base: Linear
}

export interface SumsShape {
  /** Tokens there are. */
  readonly vocabulary: number
  /** Places of the longest sequence. */
  readonly context: number
  /** Numbers that describe a place. */
  readonly width: number
  readonly layers: number
  /** Attention heads; each sees `width / heads` numbers. */
  readonly heads: number
  /** Width of the hidden layer of the feed-forward part. */
  readonly hidden: number
}

export interface Norm {
  readonly gain: Float32Array
  readonly bias: Float32Array
}

export interface Layer {
  readonly norm1: Norm
  readonly query: Linear
  readonly key: Linear
  readonly value: Linear
  readonly output: Linear
  readonly norm2: Norm
  readonly up: Linear
  readonly down: Linear
}

/** Norms first, ReLU, learned places, and what comes out is compared with the rows that went in. */
export interface SumsNetwork {
  readonly kind: 'sums'
  readonly precision: Precision
  readonly shape: SumsShape
  /** A character a token. */
  readonly vocabulary: string
  /** vocabulary x width; never rounded. */
  readonly embedding: Matrix
  /** context x width; never rounded. */
  readonly position: Matrix
  readonly layers: readonly Layer[]
  readonly norm: Norm
}

export type Network = FashionNetwork | SumsNetwork

/** Added to the variance before the root is taken. */
export const EPSILON = 1e-5

/** Linear layers of a decoder's layer, in the order in which they are used. */
export const LINEARS = ['query', 'key', 'value', 'output', 'up', 'down'] as const

/** All layers that may be adapted or rounded. */
export const linearsOf = (network: Network): readonly Linear[] =>
  network.kind === 'fashion' ? [network.base] : network.layers.flatMap((layer) => LINEARS.map((name) => layer[name]))

/** Numbers that an answer is the largest of. */
export const outputsOf = (network: Network): number =>
  network.kind === 'fashion' ? network.base.weight.rows : network.shape.vocabulary

/** The network with each linear layer replaced. */
export function withLinears(network: Network, precision: Precision, change: (linear: Linear) => Linear): Network {
  if (network.kind === 'fashion') return { ...network, precision, base: change(network.base) }
  const layers = network.layers.map((layer) => ({
    ...layer,
    query: change(layer.query),
    key: change(layer.key),
    value: change(layer.value),
    output: change(layer.output),
    up: change(layer.up),
    down: change(layer.down),
  }))
  return { ...network, precision, layers }
}
