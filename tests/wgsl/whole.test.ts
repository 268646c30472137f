import { describe, expect, it } from 'vitest'
import { GROUP, MOST_8, accumulators, rounded, wholeNumbers } from '../../src/arenas/singular-values/model/quantise.ts'
import { packForGpu } from '../../src/arenas/singular-values/kernel/pack.ts'
import type { FashionNetwork } from '../../src/arenas/singular-values/model/network.ts'
import { rng } from '../../src/core/rng.ts'
import { gpuForTests } from '../support/gpu.ts'
import { runShader } from '../support/run-shader.ts'
import { normal } from '../support/shapes-dit.ts'

const { gpu, problems } = gpuForTests()
const random = rng(1)
const floats = (length: number) => Float32Array.from({ length }, () => normal(random))
const COLUMNS = 2

/** A layer as the shaders read it, with the oracle's whole numbers. */
function layer(precision: 'int8' | 'int4', outputs: number, inputs: number) {
  const values = floats(outputs * inputs)
  // The largest there can be in each place of a word, and a row of nothing.
  values
    .fill(9, 0, Math.min(inputs, 8))
    .fill(-9, inputs, inputs + 5)
    .fill(0, 2 * inputs, 3 * inputs)
  const weight = rounded({ rows: outputs, columns: inputs, values }, precision)
  const network: FashionNetwork = { kind: 'fashion', precision, base: { name: 'base', weight, bias: floats(outputs) } }
  const { values: words, net } = packForGpu(network, [], false)
  if (net.kind !== 'fashion' || net.base.product.whole === null) throw new Error('not of whole numbers')
  return { quantised: weight.quantised!, words, product: net.base.product, whole: net.base.product.whole }
}

/** Rows of whole numbers as quantise.wgsl leaves them, each with scale 1. */
function packedRows(rows: readonly Int8Array[], words: number): Uint32Array {
  const all = new Uint32Array(rows.length * (words + 1))
  const bytes = new Int8Array(all.buffer)
  const one = new Uint32Array(Float32Array.of(1).buffer)[0]!
  rows.forEach((row, at) => {
    all[at * (words + 1)] = one
    bytes.set(row, 4 * (at * (words + 1) + 1))
  })
  return all
}

const DOTS = ['packed-dot', 'plain-dot'] as const

describe('products of whole numbers on the GPU', () => {
  it.each([
    ['int8', 20, 12, 3],
    ['int8', 10, 196, 70],
    ['int4', 20, 64, 3],
    ['int4', 12, 44, 9],
  ] as const)('[W3] sums at %s of %i outputs and %i inputs are the oracle\'s to the last bit, with and without dot4I8Packed: %i rows', async (precision, outputs, inputs, count) => {
    const { quantised, words, product, whole } = layer(precision, outputs, inputs)
    const rows = Array.from({ length: count }, (_, at) => Int8Array.from({ length: inputs }, () => at === 0 ? MOST_8 : at === 1 ? -MOST_8 : random.int(255) - 127))
    const source = packedRows(rows, whole.words)
    const groups = whole.words / whole.group
    expect(groups).toBe(precision === 'int8' ? 1 : Math.ceil(inputs / GROUP))
    const expected = rows.map((row) => accumulators(quantised, row))
    for (let group = 0; group < groups; group++) {
      // The scales of one group are 1, all others and the bias 0: then what is given are its sums.
      const weights = words.slice()
      const floatsIn = new Float32Array(weights.buffer)
      floatsIn.fill(0, 4 * product.bias, 4 * product.bias + product.outputs)
      for (let part = 0; part < groups; part++)
        floatsIn.fill(Number(part === group), 4 * whole.scales + part * product.outputs, 4 * whole.scales + (part + 1) * product.outputs)
      for (const dot of DOTS) {
        const goal = new Float32Array(count * product.outputs).fill(NaN)
        const job = [0, count, whole.words, product.outputs / 4, product.matrix, whole.scales, product.bias, whole.group, 0]
        const files = [dot, precision === 'int8' ? 'bytes' : 'nibbles', 'whole'].map((name) => `lib/${name}.wgsl`)
        const found = new Float32Array((await runShader(gpu(), files, { COLUMNS }, [weights, source, goal], 2, job, [Math.ceil(product.outputs / 8 / COLUMNS), Math.ceil(count / 32)])).buffer)
        rows.forEach((_, row) => {
          const own = [...found.subarray(row * product.outputs, row * product.outputs + outputs)]
          expect(own).toEqual(Array.from({ length: outputs }, (_, output) => expected[row]![output * groups + group]))
        })
      }
    }
  }) // prettier-ignore

  it('[W3] rows are made whole numbers as the oracle makes them', async () => {
    const [rows, inputs, words] = [21, 44, 16]
    const numbers = floats(rows * inputs)
    // Nothing at all; halves on both sides of nothing; the largest, negative.
    numbers.fill(0, 0, inputs)
    numbers.set([127, 0.5, -0.5, 1.5, -1.5, 2.5, 63.5, -126.5], inputs)
    numbers[2 * inputs + 7] = -1e4
    const packed = new Uint32Array(rows * (words + 1)).fill(0xdeadbeef)
    const found = await runShader(gpu(), ['lib/plain-share.wgsl', 'lib/quantise.wgsl'], {}, [numbers, packed], 1, [0, rows, inputs / 4, words], [1, Math.ceil(rows / 8)])
    const bytes = new Int8Array(found.buffer)
    const scales = new Float32Array(found.buffer)
    for (let row = 0; row < rows; row++) {
      const { whole, scale } = wholeNumbers(numbers.subarray(row * inputs, (row + 1) * inputs))
      const own = 4 * (row * (words + 1) + 1)
      expect([...bytes.subarray(own, own + inputs)]).toEqual([...whole])
      expect([...bytes.subarray(own + inputs, own + 4 * words)].every((byte) => byte === 0)).toBe(true)
      // Division on cards is within 2.5 units in the last place.
      expect(Math.abs(scales[row * (words + 1)]! - scale)).toBeLessThanOrEqual(scale * 2 ** -21)
    }
  }) // prettier-ignore

  it('[K4] raises no validation error', () => {
    expect(problems).toEqual([])
  })
})
