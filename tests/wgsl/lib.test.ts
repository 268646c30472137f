import { describe, expect, it } from 'vitest'
import { rng } from '../../src/core/rng.ts'
import { gpuForTests } from '../support/gpu.ts'
import { runShader } from '../support/run-shader.ts'
import { normal } from '../support/shapes-dit.ts'

const { gpu, problems } = gpuForTests()
const random = rng(1)
const floats = (length: number) => Float32Array.from({ length }, () => normal(random))
const NONE = 0xffffffff

/** Runs a shader of shaders/lib once; `written` is the place of the buffer that it writes, and what is read back. */
const run = async (
  files: readonly string[],
  ...rest: Parameters<typeof runShader> extends [unknown, unknown, ...infer Rest] ? Rest : never
) => new Float32Array((await runShader(gpu(), files.map((file) => `lib/${file}.wgsl`), ...rest)).buffer) // prettier-ignore

const gelu = (x: number) => 0.5 * x * (1 + Math.tanh(0.7978845608028654 * (x + 0.044715 * x ** 3)))
const f = { plain: (x: number) => x, gelu, relu: (x: number) => Math.max(0, x) }
const furthest = (found: ArrayLike<number>, expected: readonly number[]) =>
  expected.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i]!)), 0)

describe('dense algebra on the GPU', () => {
  // Rows that fill no tile, outputs that fill no workgroup, ranges of rows, lists on either side.
  it.each([
    [1, 4, 4, 1, 1, 'plain'],
    [37, 12, 20, 4, 5, 'plain'],
    [130, 96, 288, 12, 10, 'plain'],
    [75, 48, 96, 12, 25, 'gelu'],
    [64, 96, 48, 3, 8, 'gelu'],
    [20, 12, 20, 4, 5, 'relu'],
  ] as const)('[G30] %i rows of %i inputs and %i outputs, %i columns, blocks of %i, %s', async (rows, inputs, outputs, columns, block, activation) => {
    const [matrix, bias] = [floats(inputs * outputs), floats(outputs)]
    // Outliers too, which a careless GELU would take for infinite.
    bias[1] = activation === 'gelu' ? 60 : 0
    bias[2] = activation === 'gelu' ? -60 : 0
    const weights = Float32Array.of(9, 9, 9, 9, ...matrix, ...bias)
    const blocks = Math.ceil(rows / block)
    const source = floats((blocks + 2) * block * inputs)
    // Blocks come from behind and go in another order, with a gap.
    const from = Array.from({ length: blocks }, (_, at) => blocks + 1 - at)
    const into = Array.from({ length: blocks }, (_, at) => (at * 2) % (2 * blocks + 1))
    const lists = Uint32Array.of(7, ...from, ...into)
    const rowAt = (list: readonly number[] | null, row: number) =>
      list === null ? row : list[Math.floor(row / block)]! * block + (row % block)
    const begin = rows > 20 ? 11 : 0
    for (const listed of [false, true]) {
      const before = new Float32Array((2 * blocks + 1) * block * outputs).fill(NaN)
      const job = [
        begin, rows, inputs / 4, outputs / 4, 1, 1 + (inputs * outputs) / 4, block,
        listed ? 1 : NONE, listed ? 1 + blocks : NONE, ['plain', 'gelu', 'relu'].indexOf(activation),
      ]
      const found = await run(['floats', 'dense', 'product'], { COLUMNS: columns }, [weights, source, before, lists], 2, job, [Math.ceil(outputs / 8 / columns), Math.ceil((rows - begin) / 64)])
      const expected = [...before]
      for (let row = begin; row < rows; row++)
        for (let out = 0; out < outputs; out++) {
          let sum = bias[out]!
          for (let i = 0; i < inputs; i++) sum += matrix[i * outputs + out]! * source[rowAt(listed ? from : null, row) * inputs + i]!
          expected[rowAt(listed ? into : null, row) * outputs + out] = f[activation](sum)
        }
      const touched = expected.map((value) => !Number.isNaN(value))
      expect([...found].map((value) => !Number.isNaN(value))).toEqual(touched)
      expect(furthest(found.filter((_, at) => touched[at]), expected.filter((_, at) => touched[at]))).toBeLessThan(5e-5)
    }
  }) // prettier-ignore

  it.each([
    ['its own lane', 3, 25, 25, NONE, 4, 6, 0],
    ['one of two sets', 4, 5, 7, 2, 4, 2, 0],
    ['one place', 2, 3, 1, NONE, 1, 8, 0],
    ['what came before', 3, 6, 6, NONE, 3, 2, 1],
    ['what came before the last places', 3, 3, 7, NONE, 2, 8, 5],
  ] as const)('[G30] attention to %s', async (_, lanes, queries, places, sets, heads, size, causal) => {
    const width = 4 * size * heads
    const count = Math.min(lanes, sets)
    // Queries lie two rows apart; keys and values beside each other, after a gap.
    const asked = floats(lanes * queries * 2 * width).map((value) => 3 * value)
    const known = floats(4 + count * places * 2 * width)
    const seen = new Float32Array(lanes * queries * width).fill(NaN)
    const job = [0, lanes * queries, queries, places, sets, heads, size, width / 2, width / 2, 1, 1 + width / 4, causal]
    const found = await run(['attend'], {}, [asked, known, seen], 2, job, [1, Math.ceil((lanes * queries * heads) / 64)])
    const expected: number[] = []
    for (let query = 0; query < lanes * queries; query++)
      for (let number = 0; number < width; number++) {
        const first = 4 + (Math.floor(query / queries) % count) * places * 2 * width
        const begin = Math.floor(number / (4 * size)) * 4 * size
        let [total, sum] = [0, 0]
        const upTo = causal === 0 ? places : causal + (query % queries)
        for (let place = 0; place < upTo; place++) {
          let fit = 0
          for (let i = begin; i < begin + 4 * size; i++) fit += asked[query * 2 * width + i]! * known[first + place * 2 * width + i]!
          const share = Math.exp(fit / Math.sqrt(4 * size))
          total += share
          sum += share * known[first + place * 2 * width + width + number]!
        }
        expected.push(sum / total)
      }
    expect(furthest(found, expected)).toBeLessThan(2e-5)
  }) // prettier-ignore

  it('[K4] raises no validation error', () => {
    expect(problems).toEqual([])
  })
})
