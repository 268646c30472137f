/** Lays a model's weights out as the kernels want them. */
import type { Linear, Matrix, Norm, Weights } from '../weights.ts'
import { packMatrix } from '../../../wasm/linear.ts'
import type { Layout } from './layout.ts'

export function packWeights(
  { embedding, position, layers, norm }: Weights,
  layout: Layout,
  floats: Float32Array,
): void {
  const { shape } = layout
  const putNorm = (at: number, { gain, bias }: Norm) => {
    floats.set(gain, at / 4)
    floats.set(bias, at / 4 + shape.width)
  }
  floats.set(embedding.values, layout.embedding / 4)
  floats.set(position.values, layout.position / 4)
  layers.forEach(({ norm1, attention, norm2, feed }, at) => {
    const places = layout.layers[at]!
    putNorm(places.norm1, norm1)
    let next = places.looks
    for (const linear of [attention.key, attention.value, attention.query]) next = putMatrix(next, linear, floats)
    putMatrix(places.output, attention.output, floats)
    putNorm(places.norm2, norm2)
    putMatrix(places.up, feed.up, floats)
    putMatrix(places.down, feed.down, floats)
  })
  putNorm(layout.norm, norm)
  putMatrix(layout.logitsMatrix, { weight: embedding, bias: null }, floats)
}

const putMatrix = (
  at: number,
  { weight, bias }: Linear | { weight: Matrix; bias: null },
  floats: Float32Array,
): number => packMatrix(floats, at, weight, bias)
