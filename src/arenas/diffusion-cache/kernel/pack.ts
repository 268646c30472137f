/** The network's weights as shaders/lib/dense.wgsl reads them: all in one array, each matrix an input after another. */
import { FEED, VALUES, type DitWeights } from '../model/shape.ts'
import { tensor } from '../model/weights.ts'

/** A linear layer in the array; places are in fours. */
export interface Layer {
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
  readonly values: Float32Array<ArrayBuffer>
  readonly patch: Layer
  readonly last: Layer
  readonly blocks: readonly BlockLayers[]
}

/** Every tensor must be there; `model/weights.ts` sees to that. */
export function packForGpu(weights: DitWeights): Packed {
  const { width, blocks } = weights.shape
  const parts: Float32Array[] = []
  let length = 0
  const put = (values: Float32Array): number => {
    const at = length / 4
    parts.push(values)
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
    return { inputs, outputs, matrix: put(matrix), bias: put(bias) }
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
  const values = new Float32Array(length)
  let at = 0
  for (const part of parts) {
    values.set(part, at)
    at += part.length
  }
  return { values, patch, last, blocks: all }
}
