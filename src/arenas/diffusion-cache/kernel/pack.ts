/**
 * The network's weights as shaders/lib/dense.wgsl reads them: all in one array of words, each matrix an input after another (floats.wgsl),
 * or two inputs where its numbers are of 16 bits (halves.wgsl).
 */
import { halvesOf, pairedInputs } from '../../../gpu/halves.ts'
import { FEED, VALUES, type DitWeights } from '../model/shape.ts'
import { tensor } from '../model/weights.ts'

/** A linear layer in the array; places are in fours of words. */
export interface Layer {
  /** Its weights take 16 bits each. */
  readonly isHalf: boolean
  readonly inputs: number
  readonly outputs: number
  readonly matrix: number
  readonly bias: number
}

export interface BlockLayers {
  /** Query, key and value side by side. */
  readonly looks: Layer
  readonly output1: Layer
  readonly query2: Layer
  readonly output2: Layer
  readonly up: Layer
  readonly down: Layer
}

export interface Packed {
  readonly values: Uint32Array<ArrayBuffer>
  /** Some weights take 16 bits, some 32. */
  readonly hasHalves: boolean
  readonly hasFloats: boolean
  readonly patch: Layer
  readonly last: Layer
  readonly blocks: readonly BlockLayers[]
}

/** Every tensor must be there; `model/weights.ts` sees to that. `halves`: weights that are of 16 bits are kept so. */
export function packForGpu(weights: DitWeights, halves: boolean): Packed {
  const { width, blocks } = weights.shape
  const parts: Uint32Array[] = []
  let length = 0
  let [hasHalves, hasFloats] = [false, false]
  const put = (values: Float32Array | Uint32Array): number => {
    const at = length / 4
    parts.push(new Uint32Array(values.buffer, values.byteOffset, values.length))
    length += values.length
    return at
  }
  const layer = (inputs: number, each: number, ...names: string[]): Layer => {
    const outputs = each * names.length
    const matrix = new Float32Array(inputs * outputs)
    const bias = new Float32Array(outputs)
    names.forEach((name, at) => {
      const weight = tensor(weights, `${name}.weight`)
      for (let out = 0; out < each; out++)
        for (let into = 0; into < inputs; into++)
          matrix[into * outputs + at * each + out] = weight[out * inputs + into]!
      bias.set(tensor(weights, `${name}.bias`), at * each)
    })
    const half = halves ? halvesOf(pairedInputs(matrix, outputs)) : null
    hasHalves ||= half !== null
    hasFloats ||= half === null
    return { inputs, outputs, isHalf: half !== null, matrix: put(half ?? matrix), bias: put(bias) }
  }
  const blockOf = (at: string): BlockLayers => ({
    looks: layer(width, width, `${at}.attn1.query`, `${at}.attn1.key`, `${at}.attn1.value`),
    output1: layer(width, width, `${at}.attn1.output`),
    query2: layer(width, width, `${at}.attn2.query`),
    output2: layer(width, width, `${at}.attn2.output`),
    up: layer(width, FEED * width, `${at}.ff.up`),
    down: layer(FEED * width, width, `${at}.ff.down`),
  })
  const patch = layer(VALUES, width, 'patch')
  const last = layer(width, VALUES, 'last')
  const all = Array.from({ length: blocks }, (_, block) => blockOf(`blocks.${block}`))
  const values = new Uint32Array(length)
  let at = 0
  for (const part of parts) {
    values.set(part, at)
    at += part.length
  }
  return { values, hasHalves, hasFloats, patch, last, blocks: all }
}
