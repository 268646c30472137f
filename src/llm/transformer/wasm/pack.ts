/** Lays a model's weights out as the kernels want them. */
import type { Linear, Matrix, Norm, Weights } from '../weights.ts'
import { PANEL, panelsOf, type Layout } from './layout.ts'

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

/** A panel is eight of the numbers that come out: their biases, then for each number that goes in eight weights. Returns the end, in bytes. */
function putMatrix(
  at: number,
  { weight, bias }: Linear | { weight: Matrix; bias: null },
  floats: Float32Array,
): number {
  const { rows, columns, values } = weight
  let next = at / 4
  for (let panel = 0; panel < panelsOf(rows); panel++) {
    for (let line = -1; line < columns; line++) {
      for (let i = 0; i < PANEL; i++, next++) {
        const row = panel * PANEL + i
        if (row >= rows) floats[next] = 0
        else floats[next] = line === -1 ? (bias?.[row] ?? 0) : values[row * columns + line]!
      }
    }
  }
  return 4 * next
}
