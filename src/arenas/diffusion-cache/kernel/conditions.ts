/**
 * What the network is told besides the noisy picture. The time makes modulations, the same for all members: worked out here once for all
 * steps. The caption makes keys and values of cross-attention: once a picture. Both are little work, so the CPU does it, in doubles.
 */
import { FREQUENCIES, HEADS, SLOTS, TOKENS, type DitWeights } from '../model/shape.ts'

/** Where sampling begins, as an angle; it ends at 0, in equal steps. */
export const LAST_ANGLE = 1.52
const EPSILON = 1e-6
/** Slowest and fastest frequency that an angle is told by. */
const [SLOWEST, FASTEST] = [0.5, 64]
/** The word of which an unconditional caption is made. */
const NO_WORD = 1

type Numbers = Float64Array | Float32Array

/** Vectors of the width, in a list; shaders name them by their number. */
export interface Vectors {
  readonly values: Float32Array<ArrayBuffer>
  /** Number of the first of TOKENS vectors: where a patch is. */
  readonly positions: number
  /** Of a step, block and norm (0 = before self-attention, 1 = before the feed-forward): 1 + scale, then shift. */
  modulation(step: number, block: number, norm: number): number
  gate(step: number, block: number, component: number): number
  /** Of the last norm of a step. */
  last(step: number): number
}

const tensorOf = ({ tensors }: DitWeights, name: string): Float32Array => {
  const found = tensors.get(name)
  if (found === undefined) throw new Error(`the weights have no ${name}`)
  return found
}

/** W x + b. */
function linear(weights: DitWeights, name: string, x: Numbers): Float64Array {
  const bias = tensorOf(weights, `${name}.bias`)
  const matrix = tensorOf(weights, `${name}.weight`)
  return Float64Array.from(bias, (b, out) => {
    let sum = b
    for (let i = 0; i < x.length; i++) sum += matrix[out * x.length + i]! * x[i]!
    return sum
  })
}

function norm(x: Numbers): Float64Array {
  let [sum, squares] = [0, 0]
  for (const value of x) sum += value
  const mean = sum / x.length
  for (const value of x) squares += (value - mean) ** 2
  const rate = 1 / Math.sqrt(squares / x.length + EPSILON)
  return Float64Array.from(x, (value) => (value - mean) * rate)
}

const silu = (x: Numbers): Float64Array => Float64Array.from(x, (value) => value / (1 + Math.exp(-value)))
const gelu = (x: Numbers): Float64Array =>
  Float64Array.from(x, (value) => 0.5 * value * (1 + Math.tanh(0.7978845608028654 * (value + 0.044715 * value ** 3))))

export const anglesOf = (steps: number): Float64Array =>
  Float64Array.from({ length: steps + 1 }, (_, step) => (LAST_ANGLE * (steps - step)) / steps)

/** For steps that begin at these angles; where the last one ends does not matter. */
export function vectorsFor(weights: DitWeights, angles: Float64Array): Vectors {
  const { width, blocks } = weights.shape
  const steps = angles.length - 1
  const ofBlock = 6
  const ofStep = blocks * ofBlock + 2
  const [ones, positions, first] = [0, 1, 1 + TOKENS]
  const values = new Float32Array((first + steps * ofStep) * width)
  values.fill(1, ones, width)
  values.set(tensorOf(weights, 'position'), positions * width)
  for (let step = 0; step < steps; step++) {
    const { shared, embedding } = timed(weights, angles[step]!)
    const begin = first + step * ofStep
    // As they are told: shift, scale and gate of self-attention, then of the feed-forward. 1 + scale comes before shift here.
    const put = (vector: number, of: (i: number) => number) => {
      for (let i = 0; i < width; i++) values[(begin + vector) * width + i] = of(i)
    }
    for (let block = 0; block < blocks; block++) {
      const own = tensorOf(weights, `blocks.${block}.modulation`)
      const at = (kind: number, plus: number) => (i: number) =>
        plus + (shared[kind * width + i] ?? 0) + (own[kind * width + i] ?? 0)
      ;[at(1, 1), at(0, 0), at(2, 0), at(4, 1), at(3, 0), at(5, 0)].forEach((of, kind) => put(block * ofBlock + kind, of)) // prettier-ignore
    }
    const own = tensorOf(weights, 'last.modulation')
    put(blocks * ofBlock, (i) => 1 + (own[width + i] ?? 0) + (embedding[i] ?? 0))
    put(blocks * ofBlock + 1, (i) => (own[i] ?? 0) + (embedding[i] ?? 0))
  }
  const at = (step: number, block: number) => first + step * ofStep + block * ofBlock
  return {
    values,
    positions,
    modulation: (step, block, which) => at(step, block) + 3 * which,
    gate: (step, block, component) => (component === 1 ? ones : at(step, block) + (component === 0 ? 2 : 5)),
    last: (step) => at(step, blocks),
  }
}

/** Modulations that all blocks share (6 vectors), and the embedding of the angle. */
function timed(weights: DitWeights, angle: number): { shared: Float64Array; embedding: Float64Array } {
  const rate = (i: number) => SLOWEST * (FASTEST / SLOWEST) ** (i / (FREQUENCIES - 1))
  const waves = Float64Array.from({ length: 2 * FREQUENCIES }, (_, i) =>
    i < FREQUENCIES ? Math.sin(angle * rate(i)) : Math.cos(angle * rate(i - FREQUENCIES)),
  )
  const embedding = linear(weights, 'time.1', silu(linear(weights, 'time.0', waves)))
  return { shared: linear(weights, 'modulation', silu(embedding)), embedding }
}

/** A caption of SLOTS words as the network reads it: SLOTS vectors. */
function read(weights: DitWeights, caption: Int32Array): Float64Array[] {
  const { width } = weights.shape
  const [word, slot] = [tensorOf(weights, 'word'), tensorOf(weights, 'slot')]
  const x = Array.from(caption, (one, at) =>
    Float64Array.from({ length: width }, (_, i) => word[one * width + i]! + slot[at * width + i]!),
  )
  const y = x.map(norm)
  const to = (name: string) => y.map((row) => linear(weights, `text.attention.${name}`, row))
  const [queries, keys, values] = [to('query'), to('key'), to('value')]
  const size = width / HEADS
  const sum = (a: Float64Array, b: Float64Array) => a.map((value, i) => value + b[i]!)
  return x.map((row, at) => {
    const seen = new Float64Array(width)
    for (let head = 0; head < width; head += size) {
      const scores = keys.map((key) => {
        let score = 0
        for (let i = head; i < head + size; i++) score += queries[at]![i]! * key[i]!
        return score / Math.sqrt(size)
      })
      const most = Math.max(...scores)
      const shares = scores.map((score) => Math.exp(score - most))
      const total = shares.reduce((all, share) => all + share, 0)
      for (let i = head; i < head + size; i++)
        seen[i] = values.reduce((all, value, place) => all + (shares[place]! / total) * value[i]!, 0)
    }
    const looked = sum(row, linear(weights, 'text.attention.output', seen))
    return norm(sum(looked, linear(weights, 'text.feed.down', gelu(linear(weights, 'text.feed.up', norm(looked))))))
  })
}

/**
 * Keys and values of cross-attention for captions of SLOTS words each, [block][picture][branch][slot][2 * width]. With two branches
 * the second is the one without a caption.
 */
export function textFor(weights: DitWeights, captions: Int32Array, branches: 1 | 2): Float32Array<ArrayBuffer> {
  const { width, blocks } = weights.shape
  const pictures = captions.length / SLOTS
  const known = new Map<string, Float32Array[]>()
  /** By block; many pictures have the same caption. */
  const keysAndValues = (caption: Int32Array): Float32Array[] => {
    const key = caption.join()
    const found = known.get(key)
    if (found !== undefined) return found
    const text = read(weights, caption)
    const made = Array.from({ length: blocks }, (_, block) => {
      const values = new Float32Array(SLOTS * 2 * width)
      text.forEach((row, slot) => {
        values.set(linear(weights, `blocks.${block}.attn2.key`, row), slot * 2 * width)
        values.set(linear(weights, `blocks.${block}.attn2.value`, row), (slot * 2 + 1) * width)
      })
      return values
    })
    known.set(key, made)
    return made
  }
  const each = SLOTS * 2 * width
  const all = new Float32Array(blocks * pictures * branches * each)
  const free = new Int32Array(SLOTS).fill(NO_WORD)
  for (let picture = 0; picture < pictures; picture++) {
    const own = captions.subarray(picture * SLOTS, (picture + 1) * SLOTS)
    ;[own, free].slice(0, branches).forEach((caption, branch) => {
      keysAndValues(caption).forEach((values, block) =>
        all.set(values, ((block * pictures + picture) * branches + branch) * each),
      )
    })
  }
  return all
}
