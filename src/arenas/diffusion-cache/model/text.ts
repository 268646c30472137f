/**
 * What is worked out once, in 64-bit numbers, whatever engine samples: captions to text, text to the keys and values of every
 * block's cross-attention, angles to modulations. Little of the work, so one readable way is enough for all engines.
 */
import { exp, sinCos } from '../../../core/exact.ts'
import { attention, gelu, linear, norm, sum } from './layers.ts'
import { FREQUENCIES, SLOTS, type DitWeights } from './shape.ts'
import { tensor } from './weights.ts'

/** Seven words to what they mean, SLOTS x width. */
export function readCaption(weights: DitWeights, words: ArrayLike<number>): Float64Array {
  const { width } = weights.shape
  const word = tensor(weights, 'word')
  const slot = tensor(weights, 'slot')
  const x = new Float64Array(SLOTS * width)
  for (let at = 0; at < SLOTS; at++)
    for (let i = 0; i < width; i++)
      x[at * width + i] = (word[(words[at] ?? 0) * width + i] ?? 0) + (slot[at * width + i] ?? 0)
  const y = norm(x, width)
  const seen = sum(x, attention(weights, 'text.attention', y, y))
  const inner = linear(weights, 'text.feed.up', norm(seen, width)).map(gelu)
  return norm(sum(seen, linear(weights, 'text.feed.down', inner)), width)
}

/** Keys and values of a block's cross-attention to a text, SLOTS x width each. */
export const keysAndValues = (weights: DitWeights, block: number, text: Float64Array) => ({
  keys: linear(weights, `blocks.${block}.attn2.key`, text),
  values: linear(weights, `blocks.${block}.attn2.value`, text),
})

export interface Modulation {
  /** By block: shift, scale and gate of attn1, then of ff; 6 x width. */
  readonly blocks: readonly Float64Array[]
  /** Shift and scale before the last layer; 2 x width. */
  readonly last: Float64Array
}

/** What an angle says to all blocks (adaLN-single, PixArt). */
export function modulationOf(weights: DitWeights, angle: number): Modulation {
  const waves = Array.from({ length: FREQUENCIES }, (_, i) => sinCos(Math.fround(angle) * rateOf(i)))
  const told = Float64Array.from([...waves.map(({ sin }) => sin), ...waves.map(({ cos }) => cos)])
  const embedding = linear(weights, 'time.1', linear(weights, 'time.0', told).map(silu))
  const shared = linear(weights, 'modulation', embedding.map(silu))
  const { width, blocks } = weights.shape
  const last = tensor(weights, 'last.modulation')
  return {
    blocks: Array.from({ length: blocks }, (_, block) => sum(shared, tensor(weights, `blocks.${block}.modulation`))),
    last: Float64Array.from({ length: 2 * width }, (_, i) => (last[i] ?? 0) + (embedding[i % width] ?? 0)),
  }
}

/** Frequencies rise evenly on a logarithmic scale from 1/2 to 64: halvings and doublings of 2^(7/31). */
const rateOf = (i: number): number => Math.fround(exp(Math.LN2 * (-1 + (7 * i) / (FREQUENCIES - 1))))

const silu = (x: number): number => x / (1 + exp(-x))
