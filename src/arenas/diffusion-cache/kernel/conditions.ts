/**
 * What the network is told besides the noisy picture, as the shaders read it. The time makes modulations, the same for all members;
 * the caption makes keys and values of cross-attention, once a picture. Little work, which the CPU does (model/text.ts).
 */
import { NO_CAPTION } from '../model/reference.ts'
import { SLOTS, TOKENS, type DitWeights } from '../model/shape.ts'
import { keysAndValues, modulationOf, readCaption } from '../model/text.ts'
import { tensor } from '../model/weights.ts'

/** Vectors of the width, in a list; shaders name them by their number. */
export interface Vectors {
  readonly values: Float32Array<ArrayBuffer>
  /** Number of the first of TOKENS vectors: where a patch is. */
  readonly positions: number
  /** Of a step, block and norm (0 = before self-attention, 1 = before the feed-forward): 1 + scale, then shift. */
  modulation(step: number, block: number, norm: number): number
  gate(step: number, block: number, component: number): number
  /** Of the last norm of a step: 1 + scale, then shift. */
  last(step: number): number
}

/** In the list, of each block and step: 1 + scale, shift and gate of self-attention, then of the feed-forward. */
const OF_BLOCK = 6

/** For steps that begin at these angles; the last angle begins none. */
export function vectorsFor(weights: DitWeights, angles: Float64Array): Vectors {
  const { width, blocks } = weights.shape
  const steps = angles.length - 1
  const ofStep = blocks * OF_BLOCK + 2
  const [ones, positions, first] = [0, 1, 1 + TOKENS]
  const values = new Float32Array((first + steps * ofStep) * width)
  values.fill(1, ones, width)
  values.set(tensor(weights, 'position'), positions * width)
  let end = first * width
  const put = (from: Float64Array, vector: number, plus = 0) => {
    values.set(from.subarray(vector * width, (vector + 1) * width).map((value) => value + plus), end) // prettier-ignore
    end += width
  }
  for (let step = 0; step < steps; step++) {
    const { blocks: modulations, last } = modulationOf(weights, angles[step]!)
    for (const one of modulations)
      // They are told as shift, scale, gate.
      for (const kind of [0, 3]) {
        put(one, kind + 1, 1)
        put(one, kind)
        put(one, kind + 2)
      }
    put(last, 1, 1)
    put(last, 0)
  }
  const at = (step: number, block: number) => first + step * ofStep + block * OF_BLOCK
  return {
    values,
    positions,
    modulation: (step, block, norm) => at(step, block) + 3 * norm,
    gate: (step, block, component) => (component === 1 ? ones : at(step, block) + (component === 0 ? 2 : 5)),
    last: (step) => at(step, blocks),
  }
}

/** Keys and values of each block for a caption, [block][slot][2 * width]. */
export function textOf(weights: DitWeights, caption: ArrayLike<number>): Float32Array {
  const { width, blocks } = weights.shape
  const text = readCaption(weights, caption)
  const all = new Float32Array(blocks * SLOTS * 2 * width)
  for (let block = 0; block < blocks; block++) {
    const { keys, values } = keysAndValues(weights, block, text)
    for (let slot = 0; slot < SLOTS; slot++) {
      const at = (block * SLOTS + slot) * 2 * width
      all.set(keys.subarray(slot * width, (slot + 1) * width), at)
      all.set(values.subarray(slot * width, (slot + 1) * width), at + width)
    }
  }
  return all
}

/** Captions are asked for again and again: so many are remembered. */
const MOST_REMEMBERED = 1024

/** Reads captions of SLOTS words each; remembers what it read. */
export class Reader {
  readonly #weights: DitWeights
  readonly #known = new Map<string, Float32Array>()

  constructor(weights: DitWeights) {
    this.#weights = weights
  }

  /** [block][picture][branch][slot][2 * width]; with two branches the second is the one without a caption. */
  read(captions: ArrayLike<number>, branches: 1 | 2): Float32Array {
    const { width, blocks } = this.#weights.shape
    const pictures = captions.length / SLOTS
    const each = SLOTS * 2 * width
    const all = new Float32Array(blocks * pictures * branches * each)
    for (let picture = 0; picture < pictures; picture++) {
      const own = Array.from({ length: SLOTS }, (_, slot) => captions[picture * SLOTS + slot] ?? 0)
      ;[own, NO_CAPTION].slice(0, branches).forEach((caption, branch) => {
        const text = this.#one(caption)
        for (let block = 0; block < blocks; block++) {
          const at = ((block * pictures + picture) * branches + branch) * each
          all.set(text.subarray(block * each, (block + 1) * each), at)
        }
      })
    }
    return all
  }

  #one(caption: ArrayLike<number>): Float32Array {
    const key = Array.from(caption).join()
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const made = textOf(this.#weights, caption)
    if (this.#known.size === MOST_REMEMBERED) this.#known.clear()
    this.#known.set(key, made)
    return made
  }
}
