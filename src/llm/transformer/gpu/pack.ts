/** Lays a model's weights out as shaders/lib/model.wgsl wants them. */
import type { Linear, Matrix, Norm, Weights } from '../weights.ts'

export function packForGpu({ shape, embedding, position, layers, norm }: Weights): Uint32Array<ArrayBuffer> {
  const parts: (readonly Matrix[] | Float32Array)[] = []
  const putNorm = ({ gain, bias }: Norm) => parts.push(gain, bias)
  const putLinear = (...linears: readonly Linear[]) => {
    parts.push(linears.map(({ weight }) => weight))
    for (const { bias } of linears) parts.push(bias)
  }
  parts.push([embedding], [position])
  for (const { norm1, attention, norm2, feed } of layers) {
    putNorm(norm1)
    putLinear(attention.query, attention.key, attention.value)
    putLinear(attention.output)
    putNorm(norm2)
    putLinear(feed.up)
    putLinear(feed.down)
  }
  putNorm(norm)
  const lengthOf = (part: readonly Matrix[] | Float32Array): number =>
    part instanceof Float32Array
      ? part.length
      : part.reduce((sum, { rows, columns }) => sum + rows * (columns / 4 + 1), 0)
  const words = new Uint32Array(parts.reduce((sum, part) => sum + lengthOf(part), 0))
  const floats = new Float32Array(words.buffer)
  let at = 0
  for (const part of parts) {
    if (part instanceof Float32Array) floats.set(part, at)
    else putMatrix(part, words, floats, at)
    at += lengthOf(part)
  }
  if (shape.width % 4 !== 0 || shape.hidden % 4 !== 0) throw new Error('a word has four inputs')
  return words
}

/** Matrices with the same inputs, as one: for every four inputs a word an output, then the outputs' scales. */
function putMatrix(matrices: readonly Matrix[], words: Uint32Array, floats: Float32Array, at: number): void {
  const outputs = matrices.reduce((sum, { rows }) => sum + rows, 0)
  let first = 0
  for (const { rows, columns, quantised, scale } of matrices) {
    const quads = columns / 4
    for (let row = 0; row < rows; row++) {
      for (let quad = 0; quad < quads; quad++) {
        const from = row * columns + 4 * quad
        words[at + quad * outputs + first + row] =
          (quantised[from]! & 255) |
          ((quantised[from + 1]! & 255) << 8) |
          ((quantised[from + 2]! & 255) << 16) |
          ((quantised[from + 3]! & 255) << 24)
      }
      floats[at + quads * outputs + first + row] = scale[row]!
    }
    first += rows
  }
}
